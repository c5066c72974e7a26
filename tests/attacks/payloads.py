"""Forty ways in which stored text tries to become code."""

from __future__ import annotations

MARK = "window.ran=1"
PAYLOADS = (
    f"<script>{MARK}</script>", f"<ScRiPt>{MARK}</sCrIpT>", f"</script><script>{MARK}</script>", f"</title><script>{MARK}</script>",
    f"</textarea><script>{MARK}</script>", f"</style><script>{MARK}</script>", f"--><script>{MARK}</script>",
    f"]]><script>{MARK}</script>", f"<img src=x onerror={MARK}>", f"<img src='x' onerror='{MARK}'>",
    f'"><img src=x onerror="{MARK}">', f"'><img src=x onerror='{MARK}'>", f'" onfocus="{MARK}" autofocus x="',
    f"' onmouseover='{MARK}' x='", f"<svg onload={MARK}>", f"<svg><script>{MARK}</script></svg>", f"<svg><animate onbegin={MARK} attributeName=x dur=1s>",
    f"<math><mtext></mtext><img src=x onerror={MARK}></math>", f"<body onload={MARK}>", f"<details open ontoggle={MARK}>",
    f"<input autofocus onfocus={MARK}>", f"<video><source onerror={MARK}></video>", f"<iframe srcdoc='<script>parent.{MARK}</script>'></iframe>",
    f"<iframe src=javascript:parent.{MARK}></iframe>", f"<a href=javascript:{MARK}>甲</a>", f"javascript:{MARK}", f"JaVaScRiPt:{MARK}//",
    f"data:text/html,<script>{MARK}</script>", f"<object data=javascript:{MARK}>", f"<form action=javascript:{MARK}><button>乙</button></form>",
    f"<base href=javascript:{MARK}//>", f"<meta http-equiv=refresh content=0;url=javascript:{MARK}>", f"＜script＞{MARK}＜/script＞",
    f"\u202e<script>{MARK}</script>\u202c", f"白语<script>{MARK}</script>baipngvp", f"{{{{constructor.constructor('{MARK}')()}}}}", f"${{{MARK}}}",
    f'{{"a":"</script><script>{MARK}</script>"}}', f"\\u003cscript\\u003e{MARK}\\u003c/script\\u003e", f"&lt;script&gt;{MARK}&lt;/script&gt;<img/src/onerror={MARK}>",
)  # fmt: skip
assert len(PAYLOADS) == len(set(PAYLOADS)) == 40
