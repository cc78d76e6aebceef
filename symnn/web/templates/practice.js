"use strict";
// Shows how an answer is read 150 ms after the last key, checks without leaving the page, offers names and grids.
// Everything works without it: each part is a plain form.
(() => {
  const SIGNS = ["∂", "′", "₁", "₂", "→", "σ", "η", "⊙", "ᵀ"];
  const WAIT = 150;
  const main = document.querySelector("main");

  const typed = (field, sign) => {
    field.setRangeText(sign, field.selectionStart, field.selectionEnd, "end");
    field.focus();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };

  const preview = (form, field) => {
    const out = form.querySelector("output");
    let timer = 0;
    let asked = 0;
    const read = async () => {
      const mine = ++asked;
      if (!field.value.trim()) { out.replaceChildren(); return; }
      try {
        const answer = await fetch(form.dataset.read, { method: "POST", body: new URLSearchParams({ answer: field.value }) });
        if (answer.ok && mine === asked) out.innerHTML = await answer.text();
      } catch { /* the next key asks again */ }
    };
    field.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(read, WAIT); });
    if (form.dataset.kind === "steps") field.addEventListener("keyup", (event) => { if (event.key === "Enter") read(); });
  };

  const palette = (form, field) => {
    const bar = document.createElement("div");
    bar.className = "palette";
    for (const sign of [...form.dataset.names.split(" ").filter(Boolean), ...SIGNS]) {
      const key = document.createElement("button");
      key.type = "button";
      key.textContent = sign;
      key.addEventListener("click", () => typed(field, sign));
      bar.append(key);
    }
    field.closest("label").after(bar);
  };

  // a matrix as fields: what stands in them is written into the answer as [[a, b], [c, d]]
  const rowsOf = (text) => {
    const inner = text.trim();
    const parts = (line) => {
      const found = [];
      let depth = 0;
      let piece = "";
      for (const sign of line) {
        if ("([{".includes(sign)) depth += 1;
        if (")]}".includes(sign)) depth -= 1;
        if (sign === "," && depth === 0) { found.push(piece.trim()); piece = ""; } else piece += sign;
      }
      return [...found, piece.trim()];
    };
    if (!inner.startsWith("[") || !inner.endsWith("]")) return null;
    const body = inner.slice(1, -1);
    if (body.trim().startsWith("[")) return parts(body).map((row) => parts(row.trim().slice(1, -1)));
    if (body.includes(";")) return body.split(";").map(parts);
    return parts(body).map((entry) => [entry]);
  };

  const grid = (form, field) => {
    const open = form.querySelector("button.grid");
    if (!open) return;
    open.hidden = false;
    open.addEventListener("click", () => {
      const old = form.querySelector(".cells");
      open.setAttribute("aria-expanded", String(!old));
      if (old) { old.remove(); return; }
      const values = rowsOf(field.value) || [["", ""], ["", ""]];
      const cells = document.createElement("div");
      cells.className = "cells";
      const size = document.createElement("div");
      size.className = "size";
      const count = (label, value) => {
        const around = document.createElement("label");
        around.textContent = label;
        const input = document.createElement("input");
        Object.assign(input, { type: "number", min: 1, max: 12, value });
        around.append(input);
        size.append(around);
        input.addEventListener("input", () => draw());
        return input;
      };
      const rows = count(main.dataset.rows, values.length);
      const columns = count(main.dataset.columns, values[0].length);
      const table = document.createElement("table");
      const wide = document.createElement("div");
      wide.className = "wide-cells";
      wide.append(table);
      const write = () => {
        const lines = [...table.rows].map((row) => [...row.cells].map((cell) => cell.firstChild.value.trim()));
        const one = lines[0].length === 1;
        field.value = `[${lines.map((line) => (one ? line[0] : `[${line.join(", ")}]`)).join(", ")}]`;
        if (lines.flat().every(Boolean)) field.dispatchEvent(new Event("input", { bubbles: true }));
        else form.querySelector("output").replaceChildren();
      };
      const draw = () => {
        const kept = [...table.rows].map((row) => [...row.cells].map((cell) => cell.firstChild.value));
        table.replaceChildren();
        const most = (input) => Math.max(1, Math.min(12, Number(input.value) || 1));
        for (let i = 0; i < most(rows); i += 1) {
          const row = table.insertRow();
          for (let j = 0; j < most(columns); j += 1) {
            const input = document.createElement("input");
            input.value = (kept[i] ?? values[i] ?? [])[j] ?? "";
            input.setAttribute("aria-label", main.dataset.entry.replace("#", i + 1).replace("#", j + 1));
            input.autocapitalize = "off";
            input.spellcheck = false;
            input.addEventListener("input", write);
            row.insertCell().append(input);
          }
        }
      };
      draw();
      cells.append(size, wide);
      open.after(cells);
      table.querySelector("input").focus();
    });
  };

  const prepare = (form) => {
    const field = form.querySelector("textarea");
    if (!field) return;
    field.setSelectionRange(field.value.length, field.value.length);
    preview(form, field);
    palette(form, field);
    grid(form, field);
    field.addEventListener("keydown", (event) => {
      const is_line = form.dataset.kind === "steps" || event.shiftKey;
      if (event.key !== "Enter" || event.isComposing || (is_line && !event.ctrlKey && !event.metaKey)) return;
      event.preventDefault();
      form.requestSubmit(form.querySelector("button[value=check]"));
    });
  };

  const submit = async (form, action) => {
    const part = form.closest("article");
    part.setAttribute("aria-busy", "true");
    const body = new URLSearchParams(new FormData(form));
    body.set("action", action);
    try {
      const answer = await fetch(form.getAttribute("action"), { method: "POST", headers: { "X-Piece": "1" }, body });
      if (!answer.ok) throw new Error(String(answer.status));
      const made = document.createElement("template");
      made.innerHTML = await answer.text();
      const fresh = made.content.querySelector("article");
      part.replaceWith(fresh);
      prepare(fresh.querySelector("form"));
      const again = fresh.querySelector(`button[value=${action}]`);
      (action === "check" || !again ? fresh.querySelector(".said") : again).focus({ preventScroll: true });
      fresh.querySelector(".said").scrollIntoView({ block: "nearest" });
    } catch {
      part.removeAttribute("aria-busy");
      const said = part.querySelector(".said");
      said.textContent = main.dataset.failed;
      said.focus();
    }
  };

  main.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.closest("article") || !form.dataset.read) return;
    event.preventDefault();
    submit(form, event.submitter?.value || "check");
  });
  for (const form of document.querySelectorAll("form[data-read]")) prepare(form);
})();
