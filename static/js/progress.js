// Learning paths: what a reader has done, kept in this browser and nowhere else. A key is an entry's id, or a path's id
// and a module's slug; its value is the day on which it was ticked. Without JavaScript the page is whole, only without ticks.

const NAME = "progress";
const FORMAT = "learning-progress";
const MOST = 5000;
const KEY = /^[A-Z][A-Z0-9-]{2,31}(\/[a-z0-9_-]{1,100})?$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

// Whatever was stored or chosen: only what reads as progress is taken.
function understood(text) {
  let done = null;
  try {
    const data = JSON.parse(text);
    if (data?.format === FORMAT && typeof data.done === "object") done = data.done;
  } catch {
    return null;
  }
  return done && new Map(Object.entries(done).filter(([key, day]) => KEY.test(key) && DAY.test(day)).slice(0, MOST));
}

const written = (done) => JSON.stringify({ format: FORMAT, version: 1, done: Object.fromEntries(done) }, null, 1);

let inMemory = null; // where storage is refused, progress lasts as long as the page

function load() {
  if (inMemory) return inMemory;
  try {
    return understood(localStorage.getItem(NAME)) ?? new Map();
  } catch {
    return (inMemory = new Map());
  }
}

function save(done) {
  try {
    localStorage.setItem(NAME, written(done));
  } catch {
    inMemory = done;
  }
}

function change(alter) {
  const done = load(); // another tab may have added to it
  alter(done);
  save(done);
  show();
}

const panel = document.querySelector("[data-progress]");
const part = (name) => panel.querySelector(`[data-progress-${name}]`);
const boxes = [];

function addTick(place) {
  const box = document.createElement("input");
  box.type = "checkbox";
  box.className = "tick";
  box.setAttribute("aria-label", `Done: ${place.dataset.tickName}`);
  box.addEventListener("change", () => {
    const day = new Date().toISOString().slice(0, 10);
    change((done) => (box.checked ? done.set(place.dataset.tick, day) : done.delete(place.dataset.tick)));
  });
  boxes.push([place.dataset.tick, box]);
  place.prepend(box, " ");
}

const keysHere = () => new Set(boxes.map(([key]) => key));

function show() {
  const done = load();
  boxes.forEach(([key, box]) => (box.checked = done.has(key)));
  document.querySelectorAll("[data-done]").forEach((node) => {
    const isDone = done.has(node.dataset.done);
    node.classList.toggle("is-done", isDone);
    node.querySelector(".done-mark")?.remove();
    if (!isDone) return;
    const mark = document.createElement("span");
    mark.className = "done-mark";
    mark.textContent = "done";
    node.append(" ", mark);
  });
  const keys = [...keysHere()];
  const count = keys.filter((key) => done.has(key)).length;
  part("bar").max = Math.max(1, keys.length);
  part("bar").value = count;
  part("text").textContent = `${count} of ${keys.length} done`;
}

const say = (text) => (part("message").textContent = text);

function exportFile() {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([written(load())], { type: "application/json" }));
  link.download = "learning-progress.json";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

async function importFile(input) {
  const [file] = input.files;
  const found = file && file.size <= 1_000_000 ? understood(await file.text()) : null;
  input.value = ""; // the same file may be chosen again
  if (!file) return;
  if (!found) {
    say("This file holds no progress.");
    return;
  }
  change((done) => found.forEach((day, key) => done.has(key) || done.set(key, day)));
  say(`Read: ${found.size} ticks. Nothing that you had ticked was lost.`);
}

function clear() {
  const path = `${panel.dataset.progress}/`;
  const entries = keysHere();
  if (!confirm("Remove every tick of this path from this browser?")) return;
  change((done) => [...done.keys()].forEach((key) => (key.startsWith(path) || entries.has(key)) && done.delete(key)));
  say("Cleared.");
}

if (panel) {
  document.querySelectorAll("[data-tick]").forEach(addTick);
  part("export").addEventListener("click", exportFile);
  part("choose").addEventListener("click", () => part("import").click());
  part("import").addEventListener("change", (event) => importFile(event.target));
  part("clear").addEventListener("click", clear);
  window.addEventListener("storage", (event) => event.key === NAME && show());
  panel.hidden = false;
  show();
}
