"""Strange input, collected from what broke search boxes elsewhere."""

STRANGE = [
    "", " ", "\x00", "a\x00b", "\ud800", "a\udfffb", "%", "_", "%%%_", "\\", "'", '"', '""', '"""', "'" * 500, '"' * 500,
    "(", ")", "((((", "(a", "a)", "a AND", "AND a", "NOT", "a NOT b", "NEAR(a b)", "a*", "*", "^a", "a:b:c", ":", "::",
    "title:a", "rowid:1", "-", "--", "-a", '-"', "- a", "+a", "a -", "OR OR OR", "a OR OR b", "OR -a", "|", "||", "&", "&&",
    "!a", "!!", "<->", "a <-> b", "<script>alert(1)</script>", "' OR 1=1 --", "'; DROP TABLE search_document; --",
    "🎉", "🎉 flask", "e\u0301", "\u202eabc", "\ufeff", "\u0000\u0001\u0002", "ﬁ ligature", "ｆｕｌｌ", "中文", "日本語 検索", "العربية",
    "x" * 500, "x" * 5000, "a " * 3000, "a OR " * 300, "-a " * 300, "kind:" * 100, 'tech:"' * 50, "tech:\x00", "tag:%",
    "difficulty:99999999999999999999", "difficulty:-1", "level:\ud800", "1e309", "0x1f", "...", "$$", "{}", "[", "]",
    "\n\n", "\t", "a\nb", "C++", "C#", ".NET", "@", "~", "`", "a`b", "\u2028", "a" + "\u0301" * 200, "İ", "ß", "K", "①",
]  # fmt: skip
