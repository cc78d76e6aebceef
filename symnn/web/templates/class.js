"use strict";
// Asks every three seconds how far the class is.
(() => {
  const live = document.querySelector("#live");
  setInterval(async () => {
    try {
      const answer = await fetch(live.dataset.from);
      if (answer.ok) live.innerHTML = await answer.text();
    } catch { /* the next time */ }
  }, 3000);
})();
