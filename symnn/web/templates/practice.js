"use strict";
// Shows how an answer is read 150 ms after the last key, and offers the names of the part. Everything else is plain forms.
for (const form of document.querySelectorAll("form[data-read]")) {
  const field = form.querySelector("textarea");
  const out = form.querySelector("output");
  let timer = 0;
  let asked = 0;
  const read = async () => {
    const mine = ++asked;
    if (!field.value.trim()) { out.replaceChildren(); return; }
    const answer = await fetch(form.dataset.read, { method: "POST", body: new URLSearchParams({ answer: field.value }) });
    if (answer.ok && mine === asked) out.innerHTML = await answer.text();
  };
  field.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(read, 150); });
  const palette = document.createElement("div");
  palette.className = "palette";
  for (const sign of [...form.dataset.names.split(" "), "∂", "′", "⊙", "ᵀ", "η", "σ"]) {
    const key = document.createElement("button");
    key.type = "button";
    key.textContent = sign;
    key.addEventListener("click", () => {
      field.setRangeText(sign, field.selectionStart, field.selectionEnd, "end");
      field.focus();
      field.dispatchEvent(new Event("input"));
    });
    palette.append(key);
  }
  field.closest("label").after(palette);
}
