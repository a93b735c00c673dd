"""OpenAPI 3.1: our own views only, the envelope around every answer, one shared error."""

from typing import Any

from drf_spectacular.openapi import AutoSchema

_ERRORS = {
    "400": "The request isn't valid.",
    "401": "No valid credential.",
    "403": "Not allowed.",
    "404": "Missing, or not yours.",
    "429": "Too many requests.",
}


class HouseSchema(AutoSchema):
    """Operation ids are ours (``accounts.create``); scopes are told in the description."""

    def get_description(self) -> str:  # type: ignore[override]
        text = super().get_description() or ""
        scope = getattr(self.view, "scopes", {}).get(self.method)
        return f"{text}\n\nScope: `{scope}`.".strip() if scope else text

    def get_auth(self) -> list[dict[str, Any]]:
        return [{"ApiKey": []}]


def only_v1(endpoints: list[Any], **kwargs: Any) -> list[Any]:
    """Leave out what isn't the public API."""
    return [endpoint for endpoint in endpoints if endpoint[0].startswith("/v1/")]


def envelope(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Wrap each 2xx answer as ``{success, data, meta}`` and add the shared error to every operation."""
    components = result.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    components.setdefault("securitySchemes", {})["ApiKey"] = {"type": "http", "scheme": "bearer"}
    schemas.update(_shared())
    for operations in result["paths"].values():
        for method, operation in operations.items():
            for status, answer in operation["responses"].items():
                content = answer.get("content", {}).get("application/json")
                if content and status.startswith("2"):
                    content["schema"] = _wrapped(content["schema"], is_list=_is_list(content["schema"]))
            for status, description in _ERRORS.items():
                operation["responses"].setdefault(status, _error(description))
            if method in ("post", "put", "patch", "delete"):
                operation.setdefault("parameters", []).extend(_write_parameters())
                for status, description in (
                    ("409", "In conflict with its state."),
                    ("413", "Too large."),
                    ("415", "Not a body of this kind."),
                    ("422", "A rule refuses it."),
                ):
                    operation["responses"].setdefault(status, _error(description))
    return result


def _wrapped(schema: dict[str, Any], *, is_list: bool) -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["success", "data", "meta"],
        "properties": {
            "success": {"type": "boolean"},
            "data": schema,
            "meta": {"$ref": f"#/components/schemas/{'PageMeta' if is_list else 'Meta'}"},
        },
    }


def _is_list(schema: dict[str, Any]) -> bool:
    return schema.get("type") == "array"


def _error(description: str) -> dict[str, Any]:
    return {
        "description": description,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
    }


def _write_parameters() -> list[dict[str, Any]]:
    return [
        {
            "in": "header",
            "name": "Idempotency-Key",
            "schema": {"type": "string", "minLength": 1, "maxLength": 255},
            "description": "The same key with the same body replays the first answer for 24 hours.",
        },
        {
            "in": "query",
            "name": "dry_run",
            "schema": {"type": "string", "enum": ["true", "false"]},
            "description": "Validate and answer what would happen; change nothing.",
        },
    ]


def _shared() -> dict[str, Any]:
    meta = {"timestamp": {"type": "string", "format": "date-time"}, "request_id": {"type": "string"}}
    detail = {
        "type": "object",
        "required": ["field", "message"],
        "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
    }
    return {
        "Meta": {"type": "object", "required": ["timestamp", "request_id"], "properties": meta},
        "PageMeta": {
            "type": "object",
            "required": ["timestamp", "request_id", "has_more", "next_cursor"],
            "properties": {**meta, "has_more": {"type": "boolean"}, "next_cursor": {"type": ["string", "null"]}},
        },
        "Error": {
            "type": "object",
            "required": ["success", "error", "meta"],
            "properties": {
                "success": {"type": "boolean"},
                "error": {
                    "type": "object",
                    "required": ["code", "message"],
                    "properties": {
                        "code": {"type": "string"},
                        "message": {"type": "string"},
                        "details": {"type": "array", "items": detail},
                    },
                    "additionalProperties": True,
                },
                "meta": {"$ref": "#/components/schemas/Meta"},
            },
        },
    }
