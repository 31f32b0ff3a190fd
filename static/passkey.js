/* Passkeys need scripts: what uses them shows itself only where the browser can. A failure is told on the page. */
if (window.PublicKeyCredential) {
  document.querySelectorAll("[data-passkey]").forEach((part) => { part.hidden = false; });
}
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  document.querySelectorAll("[data-passkey-failed]").forEach((notice) => {
    notice.hidden = false;
    notice.focus();
  });
});
