"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const find = (query, within = document) => within.querySelector(query);
  const every = (query, within = document) => [...within.querySelectorAll(query)];
  const number = new Map(data.names.map((name, place) => [name, place]));
  const uses = grouped(data.factors, 1), back = grouped(data.factors, 0);
  let given = data.start.slice(), step = 0, wrt = "", turn = 0, rate = data.rate, losses = [], now = null, timer = 0;

  function grouped(pairs, side) {
    const found = new Map();
    pairs.forEach((pair, place) => found.set(pair[side], [...(found.get(pair[side]) || []), place]));
    return found;
  }

  // ---- numbers: the printed code goes forward and back; what it leaves out follows along the factors

  function computed(at) {
    kinks = 0;
    const [values, factors] = forward(at);
    const slopes = data.sides.map((side, place) => errorsAt(at, factors, side, place));
    const unsure = kinks > 1 || slopes.some((found) => [...found.values()].some(Number.isNaN));
    if (unsure) slopes.forEach((found, place) => between(at, found, data.sides[place], place));
    return { all: [...at, ...values], factors, slopes };
  }

  function errorsAt(at, factors, side, place) {
    const found = new Map([[side.of, 1]]), errors = backward[place](at);
    const known = new Map(side.errors.map((q, k) => [q, errors[k]]));
    for (const q of side.order) {
      if (q === side.of) continue;
      if (known.has(q)) { found.set(q, known.get(q)); continue; }
      let sum = 0;
      for (const k of uses.get(q) || []) {
        const user = data.factors[k][0];
        if (found.has(user)) sum += found.get(user) * factors[k];
      }
      found.set(q, sum);
    }
    return found;
  }

  // several kinks at once, or a root of 0, give what no side may have: slopes are brought between those from both sides
  function between(at, found, side, place) {
    for (const q of side.wrt) {
      const both = [-1, 1].map((way) => {
        const moved = at.slice();
        moved[q] += way * 1e-13 * Math.max(1, Math.abs(at[q]));
        return errorsAt(moved, forward(moved)[1], side, place).get(q) ?? 0;
      });
      const own = found.get(q) ?? 0, [low, high] = both[0] < both[1] ? both : [both[1], both[0]];
      const room = 1e-9 * Math.max(1, Math.abs(low), Math.abs(high));
      if (Number.isNaN(own)) found.set(q, (low + high) / 2);
      else if (own < low - room) found.set(q, low);
      else if (own > high + room) found.set(q, high);
    }
  }

  const slope = (q, side) => (now.slopes[side].get(q) ?? 0);
  const sideOf = (name) => Math.max(0, data.sides.findIndex((side) => data.entries[name].some((q) => side.wrt.includes(q))));
  const shown = (x) => (Number.isFinite(x) ? String(+x.toPrecision(4) + 0) : String(x)).replace("-", "−");
  // as many digits as there is room for in a unit: of 0.0408 only 0.041
  const short = (x) => [3, 2, 1].map((digits) => (Number.isFinite(x) ? String(+x.toPrecision(digits) + 0) : String(x)).replace("-", "−"))
    .find((text, k) => k === 2 || text.length <= 6);
  const hint = () => find("#card").replaceChildren(made("p", "hint", data.words.hint));

  function tensor(name, numbers) {
    const shape = data.shapes[name];
    if (!shape) return shown(numbers[0]);
    if (numbers.length > 24) return `[… ${shape.join("×")}]`;
    const columns = shape.length > 1 ? shape[shape.length - 1] : 1;
    const least = 1e-14 * Math.max(...numbers.map(Math.abs)); // what is left where terms cancel is rounding
    const texts = numbers.map((x) => shown(Math.abs(x) < least ? 0 : x)), rows = [];
    for (let k = 0; k < numbers.length; k += columns) rows.push(texts.slice(k, k + columns).join(", "));
    return `[${rows.join(shape.length > 1 ? "; " : ", ")}]`;
  }

  function result(line) {
    const entries = data.entries[line.name];
    if (line.kind === "I") return "";
    if (line.kind === "F") return tensor(line.name, entries.map((q) => now.all[q]));
    const slopes = entries.map((q) => slope(q, line.side));
    return tensor(line.name, line.kind === "U" ? entries.map((q, k) => now.all[q] - rate * slopes[k]) : slopes);
  }

  // ---- the page

  const MATHML = "http://www.w3.org/1998/Math/MathML";
  const partial = (of, by) => `<mfrac><mrow><mo lspace="0" rspace="0">∂</mo>${data.math[of]}</mrow><mrow><mo lspace="0" rspace="0">∂</mo>${data.math[by]}</mrow></mfrac>`;

  function prepare(item) {
    const line = data.steps[item.dataset.step], formula = find("math", item), name = data.math[line.name];
    const of = data.names[data.sides[line.side].of], slope = partial(of, line.name);
    const left = { F: `${name}<mo>=</mo>`, B: `${slope}<mo>=</mo>`, G: `${slope}<mo>=</mo>`, I: "",
      U: `${name}<mo>←</mo>${name}<mo>−</mo><mi>η</mi>${slope}` }[line.kind];
    if (line.kind === "I") formula.firstElementChild.after(document.createElementNS(MATHML, "mo"));
    if (line.kind === "I") formula.children[1].textContent = "=";
    formula.insertAdjacentHTML("afterbegin", left);
    const refs = item.dataset.refs ? item.dataset.refs.split(" ") : [];
    item.prepend(button("number", `(${line.id})`));
    item.append(document.createElement("output"), ...refs.map((ref) => button("ref", `(${ref})`, ref)));
  }

  function button(name, text, ref) {
    const one = made("button", name, text);
    one.type = "button";
    if (ref) one.dataset.ref = ref;
    return one;
  }

  const nodes = every("svg .node"), edges = every("svg .edge"), labels = every("svg .label");
  const items = every(".lines li"), fields = every(".fields input");
  const holder = new Map();
  data.nodes.forEach((node, place) => node.holds.forEach((name) => holder.has(name) || holder.set(name, place)));

  function covered(element, text) {
    element.textContent = text;
    if (data.hidden && text && !element.dataset.seen) {
      element.classList.add("covered");
      element.title = data.words.covered;
      element.tabIndex = 0;
    }
  }

  function uncover(element) {
    element.dataset.seen = "1";
    element.classList.remove("covered");
    element.removeAttribute("tabindex");
  }

  function draw() {
    now = computed(given);
    items.forEach((item) => {
      const line = data.steps[item.dataset.step];
      item.classList.toggle("slope", line.kind !== "F");
      const text = result(line);
      covered(find("output", item), text && `= ${text}`);
    });
    const reached = new Set(data.steps.slice(0, step).filter((line) => line.kind === "B").map((line) => line.name));
    nodes.forEach((node, place) => {
      const name = data.nodes[place].name, entry = data.entries[name];
      const value = find(".value", node), below = find(".slope", node);
      if (value && entry) covered(value, short(now.all[entry[0]]));
      if (below && entry) {
        const side = data.sides.findIndex((one, k) => (k === turn || data.sides.length === 1) && now.slopes[k].has(entry[0]));
        covered(below, side < 0 ? "" : short(slope(entry[0], side)));
        below.classList.toggle("unseen", !reached.has(name) && step < data.steps.length);
      }
      pixels(node, data.nodes[place].holds);
    });
    fields.forEach((field) => {
      if (field !== document.activeElement) field.value = +given[number.get(field.dataset.name)].toPrecision(12);
    });
    if (wrt) gradient(wrt);
    remember();
  }

  function pixels(node, holds) {
    const sheets = every(".pixels", node);
    if (!sheets.length) return;
    const entries = holds.flatMap((name) => data.entries[name]), values = entries.map((q) => now.all[q]);
    const least = Math.min(...values), most = Math.max(...values);
    every("rect", node).filter((rect) => rect.dataset.cell).forEach((rect, k) => {
      if (k >= values.length) return;
      rect.dataset.q = entries[k];
      rect.setAttribute("fill-opacity", (0.06 + 0.84 * (values[k] - least) / (most - least || 1)).toFixed(3));
      find("title", rect).textContent = `${data.names[entries[k]]} = ${shown(values[k])}`;
    });
  }

  function go(to) {
    step = Math.min(Math.max(to, 0), data.steps.length);
    document.body.dataset.step = step ? data.steps[step - 1].id : "";
    items.forEach((item) => item.removeAttribute("aria-current"));
    nodes.forEach((node) => node.classList.remove("now"));
    draw();
    if (!step) return;
    const line = data.steps[step - 1], item = items.find((one) => +one.dataset.step === step - 1);
    item.setAttribute("aria-current", "step");
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    item.parentElement.scrollTo({ top: item.offsetTop - item.parentElement.offsetTop - 60, behavior: still ? "auto" : "smooth" });
    if (holder.has(line.name)) nodes[holder.get(line.name)].classList.add("now");
    if (line.kind === "G") choose(line.name);
    else if (wrt) choose("");
    if (line.kind !== "G") say(cloned(item));
  }

  function cloned(item) {
    const line = document.createElement("p");
    line.append(find(".number", item).textContent, " ", find("math", item).cloneNode(true), " ", find("output", item).cloneNode(true));
    return line;
  }

  const say = (...parts) => find("#card").replaceChildren(...parts);
  const math = (inside) => { const made = document.createElement("span"); made.innerHTML = `<math>${inside}</math>`; return made; };
  function made(tag, name, ...parts) { const one = document.createElement(tag); one.className = name; one.append(...parts); return one; }

  // ---- an arrow: its factors, and the term that it brings to each weight on it

  function arrow(place) {
    const edge = data.edges[place], parts = [];
    edges.forEach((one, k) => one.classList.toggle("chosen", k === place));
    parts.push(made("p", "ends", `${data.nodes[edge.from].name} → ${data.nodes[edge.to].name}`));
    for (const [of, by] of edge.uses) {
      const k = data.factors.findIndex(([one, other]) => one === number.get(of) && other === number.get(by));
      if (k >= 0 && data.formulas[k]) {
        const value = made("output", "");
        covered(value, shown(now.factors[k]));
        parts.push(made("p", "", math(partial(of, by)), " = ", math(data.formulas[k]), " = ", value));
      } else if (data.shapes[by] && data.roles[by] === "parameter") parts.push(term(of, by));
    }
    for (const name of edge.weights) {
      const pick = button("", "∂/∂");
      pick.append(math(data.math[name]));
      pick.addEventListener("click", () => choose(name));
      parts.push(pick, " ");
    }
    say(...parts);
  }

  function term(of, by) {
    const users = new Set(data.entries[of]), side = sideOf(by);
    const sums = data.entries[by].map((q) => (uses.get(q) || []).filter((k) => users.has(data.factors[k][0]))
      .reduce((sum, k) => sum + slope(data.factors[k][0], side) * now.factors[k], 0));
    return made("p", "", math(data.math[by]), ` (${data.words.term} `, math(data.math[of]), "): ", tensor(by, sums));
  }

  // ---- a weight: all its paths

  function paths(name, most) {
    const side = data.sides[sideOf(name)], of = data.names[side.of], found = [];
    const users = grouped(data.uses, 1), counts = new Map([[of, 1]]);
    const live = (k) => data.shapes[data.uses[k][0]] || data.shapes[data.uses[k][1]] || exists(...data.uses[k]);
    const count = (one) => {
      if (!counts.has(one)) counts.set(one, (users.get(one) || []).filter(live).reduce((sum, k) => sum + count(data.uses[k][0]), 0));
      return counts.get(one);
    };
    const total = count(name), waiting = [[name, []]];
    while (waiting.length && found.length < most) {
      const [one, below] = waiting.pop();
      if (one === of) { found.push(below); continue; }
      for (const k of [...(users.get(one) || [])].reverse())
        if (live(k) && count(data.uses[k][0])) waiting.push([data.uses[k][0], [data.uses[k], ...below]]);
    }
    return { total, found };
  }

  const exists = (of, by) => (back.get(number.get(of)) || []).some((k) => data.factors[k][1] === number.get(by));
  const factor = (of, by) => (back.get(number.get(of)) || []).find((k) => data.factors[k][1] === number.get(by));

  function along(path) {
    const on = new Set();
    for (const [of, by] of [...path].reverse())
      data.edges.forEach((edge, place) => {
        const carries = edge.to === holder.get(of) && edge.uses.some(([one, other]) => one === of && other === by);
        if (carries && (!holder.has(by) || data.roles[by] === "parameter" || edge.from === holder.get(by))
          && holder.get(by) !== holder.get(of)) on.add(place);
      });
    return on;
  }

  function choose(name) {
    wrt = name;
    every("svg .track").forEach((one) => one.remove());
    [...edges, ...labels, ...nodes].forEach((one) => one.classList.remove("faded", "chosen"));
    if (name) { tracks(name); gradient(name); } else hint();
    remember();
  }

  function tracks(name) {
    const { found } = paths(name, data.tracks.length), on = found.map(along);
    edges.forEach((one, place) => one.classList.toggle("faded", !on.some((track) => track.has(place))));
    labels.forEach((one) => one.classList.toggle("faded", !on.some((track) => track.has(+one.dataset.edge))));
    on.forEach((track, which) => {
      const group = document.createElementNS("http://www.w3.org/2000/svg", "g");
      group.setAttribute("class", "track path");
      group.setAttribute("color", data.tracks[which].colour);
      group.style.pointerEvents = "none";
      for (const place of track) {
        const copy = edges[place].cloneNode(true), sharing = on.filter((one) => one.has(place));
        every(".hit", copy).forEach((one) => one.remove());
        for (const attribute of ["role", "tabindex", "aria-label", "class"]) copy.removeAttribute(attribute);
        copy.setAttribute("opacity", "1");
        const line = find("line, polyline", copy);
        line.setAttribute("stroke-width", "3");
        line.setAttribute("stroke-dasharray", data.tracks[which].dash.join(" "));
        copy.setAttribute("transform", `translate(0 ${3.5 * (sharing.indexOf(track) - (sharing.length - 1) / 2)})`);
        group.append(copy);
      }
      edges[0].parentElement.append(group);
    });
  }

  function gradient(name) {
    const side = sideOf(name), { total, found } = paths(name, data.tracks.length), entries = data.entries[name];
    const parts = [], sums = [];
    found.forEach((path, which) => {
      const row = made("p", "product");
      let product = 1;
      for (const [of, by] of path) {
        const k = factor(of, by), scalar = k !== undefined && !data.shapes[of] && !data.shapes[by];
        if (scalar) product *= now.factors[k];
        const value = made("b", "");
        covered(value, scalar ? shown(now.factors[k]) : "·");
        const piece = made("span", "factor", value, made("small", "", math(partial(of, by))));
        piece.style.borderColor = data.tracks[which].colour;
        row.append(piece);
      }
      sums.push(product);
      row.append(made("span", "", data.shapes[name] ? "" : `= ${data.hidden ? "…" : shown(product)}`));
      parts.push(row);
    });
    const value = made("output", "boxed");
    covered(value, tensor(name, entries.map((q) => slope(q, side))));
    const all = made("p", "", math(partial(data.names[data.sides[side].of], name)), " = ", value,
      ` · ${data.words.paths.replace("#", total)}`);
    find("#card").dataset.paths = total;
    say(all, ...parts);
  }

  // ---- pixels: the window of one, the winner of a pool, what an entry of a kernel touches

  function clear() { every(".window, .winner").forEach((one) => one.classList.remove("window", "winner")); }

  function windowOf(rect) {
    clear();
    const q = +rect.dataset.q, terms = [];
    const below = (one, depth) => (back.get(one) || []).forEach((k) => {
      const by = data.factors[k][1], seen = find(`rect[data-q="${by}"]`);
      if (seen) seen.classList.add(now.factors[k] ? "window" : "faint");
      if (seen && now.factors[k]) terms.push([by, now.factors[k]]);
      if (!seen && depth && by >= data.given) below(by, depth - 1);
    });
    below(q, 2);
    rect.classList.add("winner");
    const sum = terms.slice(0, 12).map(([by, f]) => `${shown(f)}·${shown(now.all[by])}`).join(" + ");
    say(made("p", "", `${data.names[q]} = ${shown(now.all[q])}`), made("p", "", `${data.words.window}: ${sum}${terms.length > 12 ? " + …" : ""}`));
  }

  function touched(q) {
    clear();
    const reach = (one, depth) => (uses.get(one) || []).forEach((k) => {
      const user = data.factors[k][0], seen = find(`rect[data-q="${user}"]`);
      if (seen) seen.classList.add("window");
      else if (depth) reach(user, depth - 1);
    });
    reach(q, 2);
  }

  // ---- what is given, a step of descent, the state in the address

  function set(q, value) {
    if (!Number.isFinite(value)) return;
    given[q] = value;
    draw();
  }

  function descend() {
    const before = data.sides[turn].of, first = now.all[before];
    const moved = given.slice();
    for (const q of data.sides[turn].wrt) if (q < data.given) moved[q] -= rate * slope(q, turn);
    given = moved;
    draw();
    if (!losses.length) losses.push(first);
    losses.push(now.all[before]);
    find("#change").textContent = `${data.names[before]}: ${shown(first)} → ${shown(now.all[before])}`;
    const least = Math.min(...losses), most = Math.max(...losses);
    find("#curve polyline").setAttribute("points", losses.map((one, k) =>
      `${(4 + 292 * k / (losses.length - 1)).toFixed(1)},${(74 - 68 * (one - least) / (most - least || 1)).toFixed(1)}`).join(" "));
  }

  function remember() {
    const parts = new URLSearchParams();
    if (wrt) parts.set("wrt", wrt);
    if (step) parts.set("step", step);
    given.forEach((value, q) => { if (value !== data.start[q]) parts.set(data.names[q], value); });
    const text = parts.toString();
    if (location.hash.slice(1) !== text) history.replaceState(null, "", text ? `#${text}` : location.pathname);
  }

  function recall() {
    const parts = new URLSearchParams(location.hash.slice(1));
    given = data.start.map((value, q) => { const own = parseFloat(parts.get(data.names[q])); return Number.isFinite(own) ? own : value; });
    go(parseInt(parts.get("step"), 10) || 0);
    const name = parts.get("wrt");
    if (name && data.entries[name]) choose(name);
  }

  async function copy(text) {
    try { await navigator.clipboard.writeText(text); } catch {
      const area = made("textarea", "");
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    say(made("p", "", data.words.copied, " ", made("code", "", text)));
  }

  const nested = (shape, numbers) => (shape.length < 2 ? `[${numbers.join(",")}]` :
    `[${Array.from({ length: shape[0] }, (_, k) => nested(shape.slice(1), numbers.slice(k * numbers.length / shape[0], (k + 1) * numbers.length / shape[0]))).join(",")}]`);

  function values() {
    const free = Object.keys(data.entries).filter((name) => data.entries[name][0] < data.given);
    return free.map((name) => {
      const numbers = data.entries[name].map((q) => given[q]);
      return `${name}=${data.shapes[name] ? nested(data.shapes[name], numbers) : numbers[0]}`;
    }).join(",");
  }

  function play() {
    const playing = timer !== 0;
    clearInterval(timer);
    timer = playing ? 0 : setInterval(() => (step < data.steps.length ? go(step + 1) : play()), 1000);
    find("#play").textContent = playing ? data.words.play : data.words.pause;
  }

  // ---- who listens

  items.forEach(prepare);
  fields.forEach((field) => field.setAttribute("aria-label", field.dataset.name));

  edges.forEach((one, place) => {
    one.addEventListener("click", () => (data.edges[place].weights.length === 1 ? choose(data.edges[place].weights[0]) : arrow(place)));
    one.addEventListener("pointerenter", () => wrt || arrow(place));
    one.addEventListener("focus", () => one.matches(":focus-visible") && arrow(place));
    one.addEventListener("keydown", (event) => { if (["Enter", " "].includes(event.key)) { event.preventDefault(); one.dispatchEvent(new MouseEvent("click")); } });
  });
  labels.forEach((one) => one.addEventListener("click", () => edges[one.dataset.edge].dispatchEvent(new MouseEvent("click"))));
  find(".picture").addEventListener("pointerover", (event) => { if (event.target.dataset.q) windowOf(event.target); });
  fields.forEach((field) => {
    const q = number.get(field.dataset.name), slider = find("input[type=range]", field.closest(".quantity"));
    const bound = () => {
      const reach = Math.max(2, 2 * Math.abs(data.start[q]));
      [slider.min, slider.max, slider.value] = [-reach, reach, given[q]];
      slider.dataset.q = q;
    };
    if (!slider.dataset.q) bound();
    field.addEventListener("focus", () => { bound(); touched(q); });
    field.addEventListener("input", () => { set(q, field.valueAsNumber); slider.value = given[q]; });
  });
  every("input[type=range]").forEach((slider) => slider.addEventListener("input", () => set(+slider.dataset.q, slider.valueAsNumber)));
  document.addEventListener("click", (event) => {
    const cover = event.target.closest(".covered"), ref = event.target.closest(".ref"), line = event.target.closest(".number");
    if (cover) uncover(cover);
    if (line) go(+line.closest("li").dataset.step + 1);
    if (ref) unfold(ref);
  });
  document.addEventListener("keydown", (event) => {
    if (event.target.classList.contains("covered") && event.key === "Enter") uncover(event.target);
    if (event.target.matches("input") || event.ctrlKey || event.altKey || event.metaKey) return;
    const moved = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (moved) { event.preventDefault(); go(step + moved); }
    if (event.key === "Escape") choose("");
  });

  function unfold(ref) {
    const item = ref.closest("li"), open = find(`.unfolded[data-of="${ref.dataset.ref}"]`, item);
    ref.setAttribute("aria-expanded", String(!open));
    if (open) { open.remove(); return; }
    const place = data.steps.findIndex((line) => line.id === ref.dataset.ref);
    const folded = made("div", "unfolded", cloned(items.find((one) => +one.dataset.step === place)));
    folded.dataset.of = ref.dataset.ref;
    item.append(folded);
  }

  const wired = { back: () => go(step - 1), forward: () => go(step + 1), play, descend,
    reset: () => { given = data.start.slice(); losses = []; choose(""); go(0); find("#change").textContent = ""; find("#curve polyline").removeAttribute("points"); },
    "copy-values": () => copy(`--at "${values()}"`), "copy-latex": () => copy(data.steps[Math.max(step - 1, 0)].latex) };
  for (const [id, act] of Object.entries(wired)) find(`#${id}`).addEventListener("click", act);
  find("#rate").value = rate;
  find("#rate").addEventListener("input", (event) => { if (event.target.valueAsNumber >= 0) { rate = event.target.valueAsNumber; draw(); } });

  function takeTurn(side) {
    turn = side;
    losses = [];
    every("#turns button").forEach((one, k) => one.setAttribute("aria-pressed", String(k === side)));
    every("svg .frame").forEach((one) => {
      const acts = one.dataset.name === data.sides[side].player;
      one.classList.toggle("acts", acts);
      one.classList.toggle("rests", !acts);
    });
    if (now) draw();
  }
  if (data.sides.length > 1) data.sides.forEach((side, k) => {
    const pick = button("", side.player || data.names[side.of]);
    pick.addEventListener("click", () => takeTurn(k));
    find("#turns").append(pick);
  });
  // for whoever wants the numbers unrounded: values, and the gradients of each loss, here or where given
  window.symnnNumbers = (at = given) => {
    const { all, slopes } = computed(at);
    return [all, data.sides.map((side, k) => side.wrt.map((q) => slopes[k].get(q) ?? 0))];
  };

  hint();
  takeTurn(0);
  window.addEventListener("hashchange", recall);
  recall();
})();
