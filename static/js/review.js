// The review page: letters that lead to buttons and fields (they press nothing, and can be switched off), and saved replies put in at once.

const KEPT = "review-shortcuts";
const remember = (value) => {
  try {
    localStorage.setItem(KEPT, value);
  } catch {
    // Without storage the choice holds for this page.
  }
};
const recall = () => {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    return null;
  }
};

function go(element) {
  if (!element) return;
  element.closest("details")?.setAttribute("open", "");
  if (!element.matches("a, button, input, select, textarea, summary, [tabindex]")) element.tabIndex = -1;
  element.focus();
  element.scrollIntoView({ block: "center" });
}

let at = -1;
function change(step) {
  const places = [...document.querySelectorAll(".diff tr:is(.diff-change, .diff-insert, .diff-delete)")].filter(
    (row) => !row.previousElementSibling || !row.previousElementSibling.matches(".diff-change, .diff-insert, .diff-delete"),
  );
  if (!places.length) return;
  at = Math.min(Math.max(at + step, 0), places.length - 1);
  go(places[at]);
}

const fixed = {
  n: () => change(1),
  b: () => change(-1),
  m: () => go(document.querySelector("#comment-text")),
  t: () => go(document.querySelector(".checklist input")),
  q: () => go(document.querySelector("[data-queue]")),
};

function setUpShortcuts(box) {
  const choice = box.querySelector("[data-shortcuts-switch]");
  const list = box.querySelector("[data-shortcuts-list]");
  const show = () => (list.hidden = !choice.checked);
  choice.checked = recall() !== "off";
  box.hidden = false;
  show();
  choice.addEventListener("change", () => {
    remember(choice.checked ? "on" : "off");
    show();
  });
  document.addEventListener("keydown", (event) => {
    if (!choice.checked || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]")) return;
    const key = event.key.toLowerCase();
    const button = /^[a-z]$/.test(key) && document.querySelector(`[data-key="${key}"]`);
    if (!fixed[key] && !button) return;
    event.preventDefault();
    if (fixed[key]) fixed[key]();
    else go(button);
  });
}

function setUpReplies(box) {
  const field = box.closest("form").elements[box.dataset.repliesFor];
  const choice = box.querySelector("select");
  if (!field) return;
  box.querySelector("button").addEventListener("click", (event) => {
    event.preventDefault();
    const text = choice.selectedOptions[0]?.dataset.text;
    if (!text) return;
    field.value = `${field.value.trimEnd()}\n\n${text}`.trim();
    choice.value = "";
    field.focus();
  });
}

document.querySelectorAll("[data-shortcuts]").forEach(setUpShortcuts);
document.querySelectorAll("[data-replies-for]").forEach(setUpReplies);
