// Entry pages: copy and wrap on code blocks, tabs, the current section in the contents, and what is counted.

const live = document.createElement("p");
live.className = "visually-hidden";
live.setAttribute("role", "status");
document.body.append(live);

// Counted without a cookie and without a name, once a day and browser: that the page was on screen, that code was copied.
const countUrl = document.querySelector("[data-count]")?.dataset.count;
const count = (act) => countUrl && navigator.sendBeacon?.(`${countUrl}${act}/`);

function countView() {
  if (document.visibilityState !== "visible" || document.prerendering) return;
  document.removeEventListener("visibilitychange", countView);
  count("view");
}

function toolButton(label, name) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = label;
  button.setAttribute("aria-label", name);
  return button;
}

// textContent is the code as written: labels and marks stand outside <code>, so the copy is exact to the byte.
async function copyCode(code, button) {
  const text = code.textContent;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const range = document.createRange();
    range.selectNodeContents(code);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    live.textContent = "Selected. Press Ctrl or Command and C to copy.";
    return;
  }
  button.textContent = "copied";
  live.textContent = "Code copied.";
  count("copy");
  setTimeout(() => (button.textContent = "copy"), 2000);
}

function setUpCode(figure) {
  const caption = figure.querySelector("figcaption");
  const code = figure.querySelector("pre code");
  if (!caption || !code) return;
  const language = caption.firstElementChild?.textContent ?? "code";
  const tools = document.createElement("span");
  tools.className = "code-tools";
  const wrap = toolButton("wrap", `Wrap long lines of this ${language} block`);
  wrap.setAttribute("aria-pressed", "false");
  wrap.addEventListener("click", () => {
    wrap.setAttribute("aria-pressed", String(figure.classList.toggle("is-wrapped")));
  });
  const copy = toolButton("copy", `Copy this ${language} block`);
  copy.addEventListener("click", () => copyCode(code, copy));
  code.addEventListener("copy", () => count("copy"));
  tools.append(wrap, copy);
  caption.append(tools);
}

// The tabs pattern of the ARIA Authoring Practices over answers that stand below each other without JavaScript.
function setUpLevels(section) {
  const panels = [...section.querySelectorAll(".level-answer")];
  if (panels.length < 2) return;
  const list = document.createElement("div");
  list.className = "tab-list";
  list.setAttribute("role", "tablist");
  list.setAttribute("aria-label", section.querySelector("h2").textContent.trim());
  const tabs = panels.map((panel) => {
    const tab = document.createElement("button");
    tab.type = "button";
    tab.id = `${panel.id}-tab`;
    tab.textContent = panel.querySelector("h3").textContent;
    tab.setAttribute("role", "tab");
    tab.setAttribute("aria-controls", panel.id);
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", tab.id);
    panel.tabIndex = 0;
    return tab;
  });
  const select = (chosen) => {
    tabs.forEach((tab, index) => {
      tab.setAttribute("aria-selected", String(index === chosen));
      tab.tabIndex = index === chosen ? 0 : -1;
      panels[index].hidden = index !== chosen;
    });
  };
  // A link to an answer, or to a heading inside it, opens its tab.
  const selectTarget = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const index = panels.findIndex((panel) => target && panel.contains(target));
    if (index >= 0) {
      select(index);
      target.scrollIntoView();
    }
    return index >= 0;
  };
  list.addEventListener("click", (event) => {
    const index = tabs.indexOf(event.target);
    if (index < 0) return;
    select(index);
    history.replaceState(null, "", `#${panels[index].id}`);
  });
  list.addEventListener("keydown", (event) => {
    const index = tabs.indexOf(event.target);
    const to = { ArrowRight: index + 1, ArrowLeft: index - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    select((to + tabs.length) % tabs.length);
    tabs[(to + tabs.length) % tabs.length].focus();
  });
  list.append(...tabs);
  panels[0].before(list);
  window.addEventListener("hashchange", selectTarget);
  select(0);
  selectTarget();
}

function setUpContents(contents) {
  const links = new Map();
  contents.querySelectorAll("a").forEach((link) => {
    const section = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (section) links.set(section, link);
  });
  const seen = new Set();
  const observer = new IntersectionObserver(
    (entries) => {
      entries.forEach((entry) => (entry.isIntersecting ? seen.add(entry.target) : seen.delete(entry.target)));
      const current = [...links.keys()].find((section) => seen.has(section));
      if (!current) return;
      links.forEach((link) => link.removeAttribute("aria-current"));
      links.get(current).setAttribute("aria-current", "true");
    },
    { rootMargin: "-10% 0px -60% 0px" },
  );
  links.forEach((_, section) => observer.observe(section));
}

document.querySelectorAll("figure.code").forEach(setUpCode);
document.querySelectorAll(".section-answers").forEach(setUpLevels);
document.querySelectorAll(".toc").forEach(setUpContents);
document.addEventListener("visibilitychange", countView);
countView();
