// Runs in <head>, before the first paint: a reader without a choice of their own gets the system's colours.
(() => {
  const root = document.documentElement;
  if (root.dataset.theme !== "system") return;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => { root.dataset.bsTheme = dark.matches ? "dark" : "light"; };
  dark.addEventListener("change", () => { if (root.dataset.theme === "system") { apply(); document.dispatchEvent(new Event("themechange")); } });
  apply();
})();
