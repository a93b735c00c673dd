// Small parts that many pages use: theme button, dialogs, copy buttons, secrets that are shown once, focus on errors.
(() => {
  const YEAR = 31536000;

  document.addEventListener("click", event => {
    const at = selector => event.target.closest(selector);

    if (at("[data-theme-toggle]")) {
      const root = document.documentElement;
      const theme = root.dataset.bsTheme === "dark" ? "light" : "dark";
      root.dataset.bsTheme = theme;
      delete root.dataset.theme;
      document.cookie = `theme=${theme}; path=/; max-age=${YEAR}; samesite=lax`;
      document.dispatchEvent(new Event("themechange"));
    }

    const opener = at("[data-opens]");
    if (opener) document.getElementById(opener.dataset.opens).showModal();
    if (at("[data-closes]")) event.target.closest("dialog").close();
    if (event.target.matches("dialog[open]")) event.target.close(); // a click on the backdrop

    const copier = at("[data-copies]");
    if (copier) navigator.clipboard.writeText(document.getElementById(copier.dataset.copies).textContent.trim()).then(() => announce("Copied"));

    if (at("[data-stored]")) document.querySelectorAll("[data-unstored]").forEach(well => delete well.dataset.unstored);
  });

  addEventListener("beforeunload", event => {
    if (document.querySelector("[data-unstored]")) event.preventDefault();
  });

  document.querySelector("[role=alert][autofocus]")?.focus();

  const announce = text => {
    const region = document.getElementById("live");
    if (region) region.textContent = text;
  };
})();
