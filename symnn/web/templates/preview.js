"use strict";
// Waits for a save, and puts in place what it changed; what did not change stays as it is, with what was typed into it.
(() => {
  const main = document.querySelector("main");
  const draft = document.querySelector("#draft");
  const state = document.querySelector("#state");
  const found = document.querySelector("#findings");
  const said = state.textContent;
  const token = encodeURIComponent(main.dataset.token);
  let asked = 0;

  const findings = async () => {
    const mine = ++asked;
    const answer = await fetch(`/findings?token=${token}`);
    if (!answer.ok || mine !== asked) return;
    const place = found.querySelector(".source")?.scrollTop ?? 0;
    found.innerHTML = await answer.text();
    found.querySelector(".source").scrollTop = place;
    state.textContent = said;
  };

  // the first part on the screen stays where it is, whatever grows or goes above it
  const anchor = () => [...draft.children].find((one) => one.getBoundingClientRect().bottom > 0);

  const replace = (html) => {
    const held = anchor();
    const at = held?.getBoundingClientRect().top ?? 0;
    const made = document.createElement("template");
    made.innerHTML = html;
    const old = new Map([...draft.children].map((one) => [one.id, one]));
    const fresh = [...made.content.children].map((one) => {
      const before = old.get(one.id);
      if (before && one.dataset.key && before.dataset.key === one.dataset.key) return before;
      if (before) {
        const open = [...before.querySelectorAll("details")].map((detail) => detail.open);
        one.querySelectorAll("details").forEach((detail, k) => { if (k in open) detail.open = open[k]; });
        const typed = before.querySelector("textarea");
        const field = one.querySelector("textarea");
        if (typed && field) field.value = typed.value;
        if (typed && field && document.activeElement === typed) {
          const where = typed.selectionStart;
          queueMicrotask(() => { field.focus({ preventScroll: true }); field.setSelectionRange(where, where); });
        }
      }
      return one;
    });
    // what stays is not taken out of the page: that would lose the place of the cursor
    const kept = new Set(fresh);
    for (const one of [...draft.children]) if (!kept.has(one)) one.remove();
    fresh.forEach((one, k) => { if (draft.children[k] !== one) draft.insertBefore(one, draft.children[k] ?? null); });
    draft.dataset.stamp = draft.querySelector("#head").dataset.stamp;
    const again = held && document.getElementById(held.id);
    if (again) window.scrollBy(0, again.getBoundingClientRect().top - at);
  };

  const watch = async () => {
    for (;;) {
      try {
        const answer = await fetch(`/changed?token=${token}&stamp=${encodeURIComponent(draft.dataset.stamp)}`);
        if (!answer.ok) throw new Error(String(answer.status));
        if ((await answer.text()) === draft.dataset.stamp) continue;
        const page = await fetch(`/page?token=${token}`);
        if (!page.ok) throw new Error(String(page.status));
        state.textContent = main.dataset.checking;
        replace(await page.text());
        findings();
      } catch {
        state.textContent = main.dataset.lost;
        await new Promise((done) => { setTimeout(done, 2000); });
      }
    }
  };

  draft.addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.target;
    const answer = await fetch(form.getAttribute("action"), { method: "POST", body: new URLSearchParams(new FormData(form)) });
    if (answer.ok) form.querySelector("output").innerHTML = await answer.text();
  });
  findings();
  watch();
})();
