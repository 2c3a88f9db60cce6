// Paste an error: shows what is taken out of the text before it is sent, and sends that. Without this, the server does the same in memory.

import { compile, cut, inWords, redact } from "./redaction.js";

const PLACEHOLDER = /<(?:path|user|token|host|email|database)>/g;
const SHOWN = 20000; // characters of the preview

let loading;
const load = (address) => (loading ??= fetch(address).then((answer) => answer.json()).then(compile));

function show(preview, text) {
  const nodes = [];
  let at = 0;
  const head = text.slice(0, SHOWN);
  for (const found of head.matchAll(PLACEHOLDER)) {
    const mark = document.createElement("mark");
    mark.textContent = found[0];
    nodes.push(head.slice(at, found.index), mark);
    at = found.index + found[0].length;
  }
  preview.replaceChildren(...nodes, head.slice(at), text.length > SHOWN ? " …" : "");
}

// What was pasted into the search box of another page, once.
function pasted() {
  try {
    const text = sessionStorage.getItem("pasted") ?? "";
    sessionStorage.removeItem("pasted");
    return text;
  } catch {
    return "";
  }
}

function setUp(form) {
  const field = form.querySelector("[data-paste-text]");
  const part = (name) => form.querySelector(`[data-paste-${name}]`);
  const [box, sum, preview, choice] = ["sent", "sum", "preview", "choice"].map(part);
  let timer;

  async function refresh() {
    if (!field.value.trim()) {
      box.hidden = true;
      return;
    }
    const rules = await load(form.dataset.paste);
    const { text, counts } = redact(field.value, rules);
    const words = inWords(counts, rules);
    sum.textContent = words.length ? `Taken out before sending: ${words.join(", ")}.` : "Nothing private was found in it.";
    choice.parentElement.hidden = !words.length;
    show(preview, choice.checked ? text : field.value);
    box.hidden = false;
  }

  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(() => refresh().catch(() => (box.hidden = true)), 150);
  };
  field.addEventListener("input", soon);
  choice.addEventListener("change", soon);
  form.addEventListener("formdata", (event) => {
    if (!form.rules) return;
    const text = choice.checked ? redact(field.value, form.rules).text : cut(field.value, form.rules);
    event.formData.set("text", text);
  });
  field.addEventListener("focus", () => load(form.dataset.paste).then((rules) => (form.rules = rules)).catch(() => (loading = undefined)), { once: false });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  if (new URL(form.action).pathname === location.pathname) field.value ||= pasted();
  // Coming back by the browser's button finds the text in the box again.
  if (field.value.trim()) load(form.dataset.paste).then((rules) => (form.rules = rules)).then(soon);
}

document.querySelectorAll("form[data-paste]").forEach(setUp);
