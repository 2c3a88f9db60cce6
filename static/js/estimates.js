// Estimates of a design note: the reader changes an input and every formula follows. The formulas come as postfix
// words, made and checked on the server (systemdesign/estimates.py); the arithmetic and the rounding are the same there.

const operations = {
  "+": (left, right) => left + right,
  "-": (left, right) => left - right,
  "*": (left, right) => left * right,
  "/": (left, right) => left / right,
  "//": (left, right) => Math.round((left - modulo(left, right)) / right),
  "%": modulo,
  "**": (left, right) => left ** right,
};
const functions = {
  min: Math.min,
  max: Math.max,
  ceil: (value) => Math.ceil(value - Math.abs(value) * 1e-12),
  round: roundToEven,
};
const scales = [[1e12, "trillion"], [1e9, "billion"], [1e6, "million"]];
const superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹";

function modulo(left, right) {
  const rest = left % right;
  return rest !== 0 && rest < 0 !== right < 0 ? rest + right : rest;
}

function roundToEven(value) {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

function run(program, values) {
  const stack = [];
  for (const word of program) {
    const [name, count] = word.split(":");
    if (word in operations) {
      const right = stack.pop();
      stack.push(operations[word](stack.pop(), right));
    } else if (word === "~") {
      stack.push(-stack.pop());
    } else if (count) {
      stack.push(functions[name](...stack.splice(-Number(count))));
    } else {
      stack.push(values.has(word) ? values.get(word) : Number(word));
    }
  }
  return stack.pop();
}

function readable(value) {
  if (value === 0) return "0";
  const size = Math.abs(value);
  const whole = size >= 100 && size < 1e6;
  const rounded = Math.sign(value) * (whole ? Math.round(size) : Number(size.toPrecision(3)));
  const reach = Math.abs(rounded);
  if (reach >= 1e15 || reach < 1e-6) {
    const [mantissa, exponent] = rounded.toExponential().split("e");
    const digits = [...exponent.replace("+", "")].map((sign) => (sign === "-" ? "⁻" : superscripts[sign]));
    return `${mantissa} × 10${digits.join("")}`;
  }
  const [scale, name] = scales.find(([least]) => reach >= least) ?? [1, ""];
  return `${full(rounded / scale)} ${name}`.trim();
}

const full = (value) => value.toLocaleString("en", { maximumFractionDigits: 15 });

// 12,000, 12_000, 12 000 and 1.2e4 are the same number; anything else is none.
function read(text) {
  const plain = text.replace(/[,_\s]/g, "").replace("−", "-");
  return /^-?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,2})?$/i.test(plain) ? Number(plain) : NaN;
}

function setUp(table) {
  const inputs = new Map();
  const formulas = [...table.querySelectorAll("tr[data-program]")].map((row) => {
    const cell = row.cells[1];
    return { name: row.dataset.name, program: row.dataset.program.split(" "), cell, original: cell.textContent };
  });
  if (!formulas.length) return;

  const status = document.createElement("p");
  status.className = "estimates-status";
  const words = document.createElement("span");
  words.setAttribute("role", "status");
  const reset = document.createElement("button");
  Object.assign(reset, { type: "button", className: "button", textContent: "Reset the figures", hidden: true });
  const hint = "Change an assumption: the rest is worked out again.";
  status.append(words, reset);
  words.textContent = hint;

  function update() {
    const values = new Map();
    let isChanged = false;
    let wrong = "";
    inputs.forEach(({ input, label, original }, name) => {
      const value = read(input.value);
      if (Number.isNaN(value)) {
        input.setAttribute("aria-invalid", "true");
        wrong ||= `${label.textContent}: “${input.value}” is no number.`;
      } else {
        input.removeAttribute("aria-invalid");
      }
      isChanged ||= value !== original;
      values.set(name, value);
    });
    for (const { name, program, cell, original } of formulas) {
      const value = run(program, values);
      const isKnown = Math.abs(value) <= 1e100;
      values.set(name, isKnown ? value : NaN);
      cell.textContent = isKnown ? readable(value) : "—";
      cell.classList.toggle("is-changed", cell.textContent !== original);
      if (!isKnown) wrong ||= "Some figures can't be worked out with these.";
    }
    reset.hidden = !isChanged;
    words.textContent = wrong || (isChanged ? "Worked out with your figures." : hint);
  }

  table.querySelectorAll("tr[data-value]").forEach((row) => {
    const original = Number(row.dataset.value);
    const input = document.createElement("input");
    Object.assign(input, { type: "text", inputMode: "decimal", autocomplete: "off", value: full(original), maxLength: 30 });
    const label = row.querySelector("th [id]");
    input.setAttribute("aria-labelledby", label.id);
    input.addEventListener("input", update);
    row.cells[1].replaceChildren(input);
    inputs.set(row.dataset.name, { input, label, original });
  });
  reset.addEventListener("click", () => {
    inputs.forEach(({ input, original }) => (input.value = full(original)));
    update();
    inputs.values().next().value.input.focus();
  });
  table.parentElement.after(status);
}

document.querySelectorAll("table.estimates").forEach(setUp);
