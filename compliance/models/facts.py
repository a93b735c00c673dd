"""What the gate knows: append-only facts. A fact is never changed; it ends by a second row that names it in `ends`.

`recorded_at` is when we learned it and `valid_from` when it began, so that what was known at any past instant can be
asked. Debts are an array, null for all of the person's debts: a fact is about a set, and services check every id.
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from compliance.vocabulary import Medium
from credira.core import clock
from credira.core.fields import EncryptedTextField
from credira.tenancy.db import TenantKey, TenantModel, tenant_rules


class Fact(TenantModel):
    """One thing learned, or the end of one (`ends`)."""

    class End(models.TextChoices):
        ENDED = "ended"
        REVOKED = "revoked"
        WITHDRAWN = "withdrawn"
        RELEASED = "released"
        SUPERSEDED = "superseded"

    recorded_at = models.DateTimeField(default=clock.now, editable=False)
    valid_from = models.DateTimeField()
    ends = TenantKey("self", null=True)
    end_reason = models.CharField(max_length=12, choices=End.choices, default="", blank=True)
    evidence = models.CharField(max_length=400, default="", blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.public_id


class PersonFact(Fact):
    """A fact about one person, and perhaps about some debts only."""

    person = TenantKey("accounts.Person")
    debts = ArrayField(models.UUIDField(), null=True)

    class Meta:
        abstract = True


def fact_rules(table: str, **refs: str) -> list[models.BaseConstraint]:
    """The tenant's constraints of an append-only fact table, and: a fact ends once."""
    return [
        *tenant_rules(table, refs={"ends_id": table, **refs}, append_only=True),
        models.UniqueConstraint(fields=["workspace", "ends"], name=f"{table}_ends_once"),
    ]


def by_person(table: str) -> list[models.Index]:
    """The index of `compliance.sheets`: every fact of some people."""
    return [models.Index(fields=["workspace", "person"], name=f"{table}_person"[:30])]


PERSON = {"person_id": "accounts_person"}
ENDPOINT = {"endpoint_id": "accounts_endpoint"}


class Consent(PersonFact):
    """A consent, as TCPA-01, SMS-01, FREQ-03, VN-06, WORK-01 and E3P-01 read it."""

    PREFIX: ClassVar[str] = "cst"

    class Kind(models.TextChoices):
        TCPA = "tcpa"
        SMS = "sms"
        ELECTRONIC = "electronic"
        CALL_BACK = "call_back"
        ESIGN = "esign"
        WORK = "work"
        EMAIL_NY = "email_ny"
        THIRD_PARTY = "third_party"

    class Source(models.TextChoices):
        CONSUMER_DIRECT = "consumer_direct"
        CREDITOR_RECORD = "creditor_record"
        APPENDED = "appended"

    class GivenTo(models.TextChoices):
        US = "us"
        CREDITOR = "creditor"

    kind = models.CharField(max_length=12, choices=Kind.choices)
    endpoint = TenantKey("accounts.Endpoint", null=True)
    medium = models.CharField(max_length=6, choices=Medium.choices, default="", blank=True)
    given_to = models.CharField(max_length=8, choices=GivenTo.choices, default=GivenTo.US)
    source = models.CharField(max_length=16, choices=Source.choices, default=Source.CREDITOR_RECORD)
    first_day = models.DateField(null=True)
    last_day = models.DateField(null=True)
    written = models.BooleanField(default=False)
    affirmed_personal = models.BooleanField(default=False)
    wording = models.TextField(default="", blank=True)

    class Meta:
        constraints = fact_rules("compliance_consent", **PERSON, **ENDPOINT)
        indexes = by_person("compliance_consent")


class OptOut(PersonFact):
    """ "Not by this channel", "not this number" (MEDIUM-01), effective on receipt."""

    PREFIX: ClassVar[str] = "opt"

    class Scope(models.TextChoices):
        ENDPOINT = "endpoint"
        MEDIUM = "medium"
        ALL_ELECTRONIC = "all_electronic"

    scope = models.CharField(max_length=14, choices=Scope.choices)
    endpoint = TenantKey("accounts.Endpoint", null=True)
    medium = models.CharField(max_length=6, choices=Medium.choices, default="", blank=True)

    class Meta:
        constraints = [
            *fact_rules("compliance_optout", **PERSON, **ENDPOINT),
            models.CheckConstraint(
                condition=~models.Q(scope="endpoint") | models.Q(endpoint__isnull=False),
                name="compliance_optout_names_endpoint",
            ),
            models.CheckConstraint(
                condition=~models.Q(scope="medium") | ~models.Q(medium=""), name="compliance_optout_names_medium"
            ),
        ]
        indexes = [
            *by_person("compliance_optout"),
            # "Not this number" binds whoever else has it.
            models.Index(fields=["workspace", "endpoint"], name="compliance_optout_endpoint"),
        ]


class Window(PersonFact):
    """Times that the person called inconvenient, or the only or further good ones (TIME-02)."""

    PREFIX: ClassVar[str] = "win"

    class Kind(models.TextChoices):
        BLOCK = "block"
        ONLY = "only"
        OPEN = "open"

    kind = models.CharField(max_length=5, choices=Kind.choices)
    weekdays = ArrayField(models.CharField(max_length=3), null=True)
    start = models.CharField(max_length=5, default="00:00")
    end = models.CharField(max_length=5, default="24:00")
    first_day = models.DateField(null=True)
    last_day = models.DateField(null=True)
    zone = models.CharField(max_length=64, default="", blank=True)
    media = ArrayField(models.CharField(max_length=6, choices=Medium.choices), null=True)
    direct_consent = models.BooleanField(default=False)
    consent = TenantKey("compliance.Consent", null=True)

    class Meta:
        constraints = [
            *fact_rules("compliance_window", **PERSON, consent_id="compliance_consent"),
            models.CheckConstraint(
                condition=models.Q(start__lt=models.F("end")), name="compliance_window_start_before_end"
            ),
        ]
        indexes = by_person("compliance_window")


class Hold(Fact):
    """A stop that people set: no person means the whole workspace (kill switch)."""

    PREFIX: ClassVar[str] = "hold"

    class Kind(models.TextChoices):
        KILL_SWITCH = "kill_switch"
        STATE_NOT_AUTHORIZED = "state_not_authorized"
        HUMAN_REQUESTED = "human_requested"
        MANUAL = "manual"

    kind = models.CharField(max_length=20, choices=Kind.choices)
    person = TenantKey("accounts.Person", null=True)
    debts = ArrayField(models.UUIDField(), null=True)
    until = models.DateTimeField(null=True)
    reason = models.CharField(max_length=400, default="", blank=True)

    class Meta:
        constraints = [
            *fact_rules("compliance_hold", **PERSON),
            models.CheckConstraint(
                condition=models.Q(kind="kill_switch") | models.Q(person__isnull=False),
                name="compliance_hold_names_person",
            ),
        ]
        indexes = by_person("compliance_hold")


class Cease(PersonFact):
    """ "Stop contacting me", "I refuse to pay" (CEASE-01)."""

    PREFIX: ClassVar[str] = "cse"

    class Kind(models.TextChoices):
        STOP = "stop"
        REFUSE_TO_PAY = "refuse_to_pay"

    kind = models.CharField(max_length=14, choices=Kind.choices, default=Kind.STOP)
    written = models.BooleanField()

    class Meta:
        constraints = fact_rules("compliance_cease", **PERSON)
        indexes = by_person("compliance_cease")


class AttorneyRep(PersonFact):
    """The person is represented (ATTY-01). Released: the attorney didn't answer and compliance let go."""

    PREFIX: ClassVar[str] = "aty"

    class Identity(models.TextChoices):
        KNOWN = "known"
        ASCERTAINABLE = "ascertainable"
        UNKNOWN = "unknown"

    identity = models.CharField(max_length=14, choices=Identity.choices, default=Identity.KNOWN)
    attorney_name = EncryptedTextField(default="", blank=True)
    attorney_contact = EncryptedTextField(default="", blank=True)

    class Meta:
        constraints = fact_rules("compliance_attorneyrep", **PERSON)
        indexes = by_person("compliance_attorneyrep")


class Bankruptcy(PersonFact):
    """A case of the filer, or what the consumer said of one (BK-01). A new status supersedes the row before."""

    PREFIX: ClassVar[str] = "bkr"

    class Chapter(models.TextChoices):
        SEVEN = "7"
        ELEVEN = "11"
        TWELVE = "12"
        THIRTEEN = "13"

    class Status(models.TextChoices):
        FILED = "filed"
        DISCHARGED = "discharged"
        DISMISSED = "dismissed"
        CLOSED_WITHOUT_DISCHARGE = "closed_without_discharge"
        REAFFIRMED = "reaffirmed"

    filed_on = models.DateField()
    chapter = models.CharField(max_length=2, choices=Chapter.choices, default="", blank=True)
    provisional = models.BooleanField(default=False)
    status = models.CharField(max_length=24, choices=Status.choices, default=Status.FILED)
    status_on = models.DateField(null=True)
    district = models.CharField(max_length=80, default="", blank=True)
    case_number = models.CharField(max_length=40, default="", blank=True)

    class Meta:
        constraints = fact_rules("compliance_bankruptcy", **PERSON)
        indexes = by_person("compliance_bankruptcy")


class Death(PersonFact):
    """Credible notice that the person died (DEC-01); valid_from is when the notice came."""

    PREFIX: ClassVar[str] = "dth"

    class Meta:
        constraints = fact_rules("compliance_death", **PERSON)
        indexes = by_person("compliance_death")


class IdentityTheft(PersonFact):
    """A bureau's block, a report, or the person's own claim (IDT-01)."""

    PREFIX: ClassVar[str] = "idt"

    class Kind(models.TextChoices):
        BUREAU_BLOCK = "bureau_block"
        REPORT = "report"
        CLAIM = "claim"

    kind = models.CharField(max_length=12, choices=Kind.choices)

    class Meta:
        constraints = fact_rules("compliance_identitytheft", **PERSON)
        indexes = by_person("compliance_identitytheft")


class PersonMark(PersonFact):
    """What else we know of a person: where it is, which places are inconvenient, its military status."""

    PREFIX: ClassVar[str] = "pmk"

    class Kind(models.TextChoices):
        STATED_LOCATION = "stated_location"
        DEVICE = "device"
        INCONVENIENT_PLACE = "inconvenient_place"
        UNUSUAL_PLACE = "unusual_place"
        UNREACHABLE_ELSEWHERE = "unreachable_elsewhere"
        CREDITOR_RELATIONSHIP = "creditor_relationship"
        ASKED_UNPROMPTED = "asked_unprompted"
        MAY_RECONTACT = "may_recontact"
        SCRA_CHECK = "scra_check"

    kind = models.CharField(max_length=24, choices=Kind.choices)
    place = models.CharField(max_length=40, default="", blank=True)
    state = models.CharField(max_length=2, default="", blank=True)
    country = models.CharField(max_length=2, default="US")
    zone = models.CharField(max_length=64, default="", blank=True)
    on = models.DateField(null=True)
    until = models.DateTimeField(null=True)
    holds = models.BooleanField(default=True)

    class Meta:
        constraints = fact_rules("compliance_personmark", **PERSON)
        indexes = by_person("compliance_personmark")


class EndpointMark(PersonFact):
    """The standing of a number or address: a stranger's, forbidden at work, leaked, returned, reassigned."""

    PREFIX: ClassVar[str] = "emk"

    class Kind(models.TextChoices):
        WRONG_PARTY = "wrong_party"
        WORK_PROHIBITED = "work_prohibited"
        EMPLOYER = "employer"
        LEAK_REPORTED = "leak_reported"
        BAD = "bad"
        INBOUND_TEXT = "inbound_text"
        RND_NO = "rnd_no"
        RND_YES = "rnd_yes"
        RND_NO_DATA = "rnd_no_data"

    kind = models.CharField(max_length=16, choices=Kind.choices)
    endpoint = TenantKey("accounts.Endpoint")
    on = models.DateField(null=True)

    class Meta:
        constraints = fact_rules("compliance_endpointmark", **PERSON, **ENDPOINT)
        indexes = by_person("compliance_endpointmark")


class EmailBasis(PersonFact):
    """Why an e-mail address may be used, 12 CFR 1006.6(d)(4) (EMAIL-01). An opt-out under it ends it by `opted_out`."""

    PREFIX: ClassVar[str] = "ebs"

    class Basis(models.TextChoices):
        I_A = "i_A"
        I_B = "i_B"
        II = "ii"
        III = "iii"

    basis = models.CharField(max_length=3, choices=Basis.choices)
    endpoint = TenantKey("accounts.Endpoint")
    since = models.DateField(null=True)
    creditor_got_from_consumer = models.BooleanField(null=True)
    creditor_used_about_account = models.BooleanField(null=True)
    notice_names_collector = models.BooleanField(null=True)
    notice_sent_on = models.DateField(null=True)
    optout_by = models.DateField(null=True)
    prior_basis_valid = models.BooleanField(null=True)
    immediately_prior_used = models.BooleanField(null=True)

    class Meta:
        constraints = fact_rules("compliance_emailbasis", **PERSON, **ENDPOINT)
        indexes = by_person("compliance_emailbasis")


class DebtMark(Fact):
    """What was said or is held about one debt: first communication, mini-Miranda, DC papers, counsel's release."""

    PREFIX: ClassVar[str] = "dmk"

    class Kind(models.TextChoices):
        INITIAL_ORAL = "initial_oral"
        INITIAL_WRITTEN = "initial_written"
        FULL_MM_ORAL = "full_mm_oral"
        FULL_MM_WRITTEN = "full_mm_written"
        COUNSEL_RELEASE = "counsel_release"
        DC_NOTICE_MAILED = "dc_notice_mailed"
        DOCUMENTS_HELD = "documents_held"
        DOCUMENTS_MISSING = "documents_missing"

    kind = models.CharField(max_length=20, choices=Kind.choices)
    account = TenantKey("accounts.Account")
    on = models.DateField()

    class Meta:
        constraints = fact_rules("compliance_debtmark", account_id="accounts_account")
        indexes = [models.Index(fields=["workspace", "account"], name="compliance_debtmark_account")]


class StateText(Fact):
    """A text that a state asks for, and whether counsel approved it (compliance rules TB-01, TEXT)."""

    PREFIX: ClassVar[str] = "stx"

    class Code(models.TextChoices):
        TIME_BARRED = "TIME_BARRED"
        BLOCK = "BLOCK"

    place = models.CharField(max_length=6)
    code = models.CharField(max_length=12, choices=Code.choices)
    media = ArrayField(models.CharField(max_length=8), default=list)
    approved = models.BooleanField()
    text = models.TextField(default="", blank=True)

    class Meta:
        constraints = fact_rules("compliance_statetext")


class Approval(Fact):
    """What counsel allowed an artificial voice to do (AI-01, TCPA-03, LCM-01); `place` for adad alone."""

    PREFIX: ClassVar[str] = "apv"

    class Kind(models.TextChoices):
        ADAD = "adad"
        AI_NAME_SCRIPT = "ai_name_script"
        AI_VOICEMAIL = "ai_voicemail"

    kind = models.CharField(max_length=16, choices=Kind.choices)
    place = models.CharField(max_length=2, default="", blank=True)

    class Meta:
        constraints = fact_rules("compliance_approval")
