// Keys of the portal: / search, ? this list, g and a letter to go, j and k through a list, x to select, Enter to open.
// They can be switched off (WCAG 2.1.4) and never fire while something is typed.
(() => {
  const PLACES = { d: "", a: "accounts", c: "campaigns", l: "calls", p: "placements", o: "compliance", w: "webhooks" };
  const home = document.body.dataset.home;
  const off = document.querySelector("[data-keys-off]");
  let going = false;
  let row = -1;

  if (off) {
    off.checked = localStorage.getItem("keys") === "off";
    off.addEventListener("change", () => localStorage.setItem("keys", off.checked ? "off" : "on"));
  }

  const rows = () => [...document.querySelectorAll("main table tbody tr:has(a)")];
  const link = tr => tr.querySelector("td:not(.c-ck) a, th a");
  const move = step => {
    const all = rows();
    if (!all.length) return;
    row = Math.min(Math.max(row + step, 0), all.length - 1);
    link(all[row]).focus();
  };

  const actions = {
    "/": () => document.getElementById("search")?.focus(),
    "?": () => document.getElementById("keys")?.showModal(),
    g: () => { going = true; setTimeout(() => { going = false; }, 1200); },
    j: () => move(1),
    k: () => move(-1),
    x: () => rows()[row]?.querySelector("input[type=checkbox]")?.click(),
  };

  document.addEventListener("keydown", event => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, dialog, [contenteditable]")) return;
    if (localStorage.getItem("keys") === "off") return;
    if (going && event.key in PLACES) { going = false; location.assign(home + PLACES[event.key]); return; }
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });
})();
