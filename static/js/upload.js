// Upload progress: <form hx-post hx-encoding="multipart/form-data" data-upload> with a <progress> inside.
// Without script the form is an ordinary one.
(() => {
  document.addEventListener("htmx:xhr:loadstart", event => {
    event.target.closest("[data-upload]")?.querySelector("progress")?.removeAttribute("hidden");
  });
  document.addEventListener("htmx:xhr:progress", event => {
    const bar = event.target.closest("[data-upload]")?.querySelector("progress");
    if (bar && event.detail.lengthComputable) bar.value = 100 * event.detail.loaded / event.detail.total;
  });
})();
