// Entry pages: copy and wrap on code blocks, tabs, the current section in the contents.

const live = document.createElement("p");
live.className = "visually-hidden";
live.setAttribute("role", "status");
document.body.append(live);

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
  tools.append(wrap, copy);
  caption.append(tools);
}

// The tabs pattern of the ARIA Authoring Practices over what is a list of links to stacked sections.
function setUpTabs(box) {
  const list = box.querySelector("[data-tab-list]");
  const tabs = [...list.querySelectorAll("a")];
  const panels = tabs.map((tab) => document.getElementById(tab.hash.slice(1)));
  if (tabs.length < 2 || panels.includes(null)) return;
  const select = (chosen, focus = false) => {
    tabs.forEach((tab, index) => {
      tab.setAttribute("aria-selected", String(index === chosen));
      tab.tabIndex = index === chosen ? 0 : -1;
      panels[index].hidden = index !== chosen;
    });
    if (focus) tabs[chosen].focus();
  };
  const fromHash = () => panels.findIndex((panel) => location.hash && panel.id === location.hash.slice(1));
  list.setAttribute("role", "tablist");
  list.setAttribute("aria-label", box.closest("section")?.querySelector("h2")?.textContent.trim() ?? "Parts");
  tabs.forEach((tab, index) => {
    tab.parentElement.setAttribute("role", "presentation");
    tab.setAttribute("role", "tab");
    tab.setAttribute("aria-controls", panels[index].id);
    tab.id ||= `${panels[index].id}-tab`;
    panels[index].setAttribute("role", "tabpanel");
    panels[index].setAttribute("aria-labelledby", tab.id);
    panels[index].tabIndex = 0;
    tab.addEventListener("click", (event) => {
      event.preventDefault();
      history.replaceState(null, "", tab.hash);
      select(index);
    });
    tab.addEventListener("keydown", (event) => {
      const to = { ArrowRight: index + 1, ArrowLeft: index - 1, Home: 0, End: tabs.length - 1 }[event.key];
      if (event.key === " ") select(index, true);
      else if (to === undefined) return;
      else select((to + tabs.length) % tabs.length, true);
      event.preventDefault();
    });
  });
  box.classList.add("is-enhanced");
  window.addEventListener("hashchange", () => fromHash() >= 0 && select(fromHash()));
  select(Math.max(fromHash(), 0));
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
document.querySelectorAll("[data-tabs]").forEach(setUpTabs);
document.querySelectorAll(".toc").forEach(setUpContents);
