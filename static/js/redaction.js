// Takes private data out of a text, by the rules of debugarchive/matching/redaction.py, which the server sends: one list for both.

export function compile(data) {
  return { ...data, rules: data.rules.map((rule) => ({ ...rule, expression: new RegExp(rule.pattern, rule.flags) })) };
}

// What the server would cut away is not sent: the middle of a long text, the end of a long line.
export function cut(text, rules) {
  const half = rules.most / 2;
  return text.length > rules.most ? `${text.slice(0, half)}\n${text.slice(-half)}` : text;
}

export function redact(text, rules) {
  const counts = {};
  const lines = cut(text, rules).split(/\r\n?|\n/).map((line) => {
    let kept = line.slice(0, rules.longest);
    for (const rule of rules.rules) {
      kept = kept.replace(rule.expression, (...found) => {
        counts[rule.name] = (counts[rule.name] ?? 0) + 1;
        return rule.replacement.replace(/\$(\d)/g, (_, number) => found[number] ?? "");
      });
    }
    return kept;
  });
  return { text: lines.join("\n"), counts };
}

export function inWords(counts, rules) {
  return Object.entries(counts).map(([name, count]) => `${count} ${rules.names[name][count === 1 ? 0 : 1]}`);
}
