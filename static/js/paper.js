// Recognises a certificate's PDF by its SHA-256, worked out here: the file never leaves the computer.
(() => {
  "use strict";
  const place = document.querySelector("[data-paper]");
  if (!place || !window.crypto?.subtle) return; // only pages that came securely may work it out
  const told = place.querySelector("[data-told]");
  const drop = place.querySelector(".drop");
  const input = place.querySelector("input[type=file]");
  place.hidden = false;

  const check = async (file) => {
    told.textContent = place.dataset.busy;
    try {
      const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
      const text = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
      location.assign(`${place.dataset.address}?paper=${text}`);
    } catch {
      told.textContent = place.dataset.failed;
    }
  };

  input.addEventListener("change", () => input.files[0] && check(input.files[0]));
  for (const kind of ["dragover", "dragleave", "drop"]) {
    drop.addEventListener(kind, (event) => {
      event.preventDefault();
      drop.classList.toggle("is-over", kind === "dragover");
      if (kind === "drop" && event.dataTransfer.files[0]) check(event.dataTransfer.files[0]);
    });
  }
})();
