/*
 * How the page looks: one restrained palette with a light and a dark side, each text at least
 * 4.5 to 1 against what it stands on, and a way to be printed. No `<` and no `&`: it is XML too.
 */
#include "pipeline/report/page.h"

#define LIGHT                                                                                      \
	"--bg:#f5f6f8;--card:#fff;--ink:#1a2130;--soft:#556074;--line:#d8dde6;--faint:#eef1f5;"    \
	"--accent:#1b5bb8;--ok:#1c7a54;--bad:#b3261e;--held:#9a5800;--wait:#667085;--idle:#"       \
	"9aa4b5;"                                                                                  \
	"--fly:#1b5bb8;--unk:#7446ad;--can:#8a4b63;--gone:#8a93a3;--win:#dcebe4;--freeze:#e3dcef;" \
	"--plan:#7c879b;--soak:#c9d6ea;--okbg:#e3f3ec;--badbg:#fbe9e7;--heldbg:#fdf1dd;"           \
	"--flybg:#e5eefb"
#define DARK                                                                                       \
	"--bg:#11151c;--card:#191f29;--ink:#e7ebf2;--soft:#a6b0c0;--line:#343d4c;--faint:#212936;" \
	"--accent:#8ab6ff;--ok:#4fc28d;--bad:#ff8f86;--held:#f0b35c;--wait:#9aa5b8;--idle:#"       \
	"5d6879;"                                                                                  \
	"--fly:#8ab6ff;--unk:#c7a6f7;--can:#dba6ba;--gone:#7d8798;--win:#1d352b;--freeze:#352c49;" \
	"--plan:#8a95a8;--soak:#2f4262;--okbg:#17372a;--badbg:#452320;--heldbg:#3f2f14;"           \
	"--flybg:#1c2f4e"

const char *const pt_page_style[] = {
    ":root{color-scheme:light dark;" LIGHT "}\n"
    "@media (prefers-color-scheme:dark){:root{" DARK "}}\n",

    "*{box-sizing:border-box}\n"
    "html{scroll-behavior:smooth}\n"
    "body{margin:0;background:var(--bg);color:var(--ink);"
    "font:15px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',sans-serif;"
    "font-variant-numeric:tabular-nums;overflow-wrap:anywhere}\n"
    "main,header.top,nav,footer{max-width:1240px;margin:0 auto;padding:0 24px}\n"
    "h1,h2,h3,p,dl,dd,ul,ol{margin:0;padding:0}\n"
    "h1{font-size:30px;line-height:1.2;letter-spacing:-.01em;font-weight:650}\n"
    "h2{font-size:19px;line-height:1.3;font-weight:650;margin-bottom:4px}\n"
    "h3{font-size:15px;font-weight:650;margin:22px 0 6px}\n"
    "a{color:var(--accent)}\n"
    "code{font:13px/1.5 ui-monospace,'SF Mono',Menlo,Consolas,'DejaVu Sans Mono',monospace}\n"
    ":focus-visible{outline:3px solid var(--accent);outline-offset:2px;border-radius:3px}\n"
    ".skip{position:absolute;left:-999px}\n"
    ".skip:focus{left:12px;top:8px;background:var(--card);padding:8px 12px;z-index:9}\n"
    "section{background:var(--card);border:1px solid var(--line);border-radius:10px;"
    "padding:22px 24px 24px;margin:0 0 20px}\n"
    ".note{color:var(--soft);max-width:78ch;margin-bottom:14px}\n",

    "header.top{padding-top:34px;padding-bottom:8px}\n"
    ".over{color:var(--soft);font-size:13px;letter-spacing:.02em;margin-bottom:4px}\n"
    ".title{display:flex;flex-wrap:wrap;align-items:center;gap:8px 16px}\n"
    ".badge{display:inline-flex;gap:8px;align-items:center;font-size:15px;font-weight:650;"
    "padding:4px 12px 5px;border-radius:99px;border:1px solid currentColor}\n"
    ".badge svg{width:14px;height:14px;fill:currentColor}\n"
    ".b-ok{color:var(--ok);background:var(--okbg)}.b-bad{color:var(--bad);background:var(--badbg)}"
    "\n"
    ".b-held{color:var(--held);background:var(--heldbg)}"
    ".b-fly{color:var(--fly);background:var(--flybg)}\n"
    ".lead{font-size:18px;line-height:1.45;margin-top:10px;max-width:72ch}\n"
    ".why{border-left:4px solid var(--bad);padding:2px 0 2px 12px;margin-top:12px;max-width:90ch}\n"
    ".facts{display:flex;flex-wrap:wrap;gap:6px 28px;margin-top:14px;color:var(--soft)}\n"
    ".facts div{display:flex;gap:6px}.facts dd{color:var(--ink)}\n"
    "nav{padding-top:12px;padding-bottom:14px}\n"
    "nav ul{display:flex;flex-wrap:wrap;gap:2px 18px;list-style:none;"
    "border-top:1px solid var(--line);padding-top:12px;font-size:14px}\n"
    ".tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(124px,1fr));gap:16px 20px}\n"
    ".tiles dt{color:var(--soft);font-size:13px}\n"
    ".tiles dd{font-size:25px;line-height:1.25;font-weight:600;letter-spacing:-.01em}\n"
    ".tiles "
    "small{display:block;font-size:13px;font-weight:400;color:var(--soft);letter-spacing:0}\n"
    ".whole{margin:22px 0 8px}.whole svg{display:block;width:100%;height:22px;border-radius:4px}\n"
    ".key{display:flex;flex-wrap:wrap;gap:4px 20px;list-style:none;font-size:14px}\n"
    ".key li{display:flex;align-items:center;gap:6px}\n"
    ".key svg{width:12px;height:12px;flex:none}.key b{font-weight:600}.key "
    "span{color:var(--soft)}\n"
    ".sum{margin-top:14px;font-size:14px;color:var(--soft)}.sum "
    "b{color:var(--ink);font-weight:600}\n"
    ".next{margin-top:22px;padding-top:16px;border-top:1px solid var(--line)}\n"
    ".next h3{margin-top:0}.next li{list-style:none;margin-top:8px}\n"
    ".next code{display:block;background:var(--faint);border-radius:6px;padding:7px 11px;"
    "margin-top:3px;user-select:all}\n",

    ".scroll{overflow-x:auto;margin:0 -6px;padding:0 6px 4px}\n"
    "table{border-collapse:collapse;width:100%;font-size:14px}\n"
    "caption{text-align:left;color:var(--soft);padding:0 0 6px}\n"
    "th,td{text-align:left;vertical-align:top;padding:5px 12px 5px 0;"
    "border-bottom:1px solid var(--line);font-weight:400}\n"
    "th:last-child,td:last-child{padding-right:0}\n"
    "thead th{color:var(--soft);font-size:13px;white-space:nowrap;vertical-align:bottom}\n"
    "tbody th{font-weight:500}\n"
    "td.n,th.n{text-align:right;white-space:nowrap;overflow-wrap:normal}\n"
    "td.z{color:var(--soft)}td.w{white-space:nowrap}\n"
    "tr.group th{padding-top:18px;font-weight:650;font-size:15px}\n"
    "tr.group span{font-weight:400;color:var(--soft);font-size:14px;margin-left:10px}\n"
    ".figures th,.figures td{white-space:nowrap;overflow-wrap:normal}.figures th "
    "i{font-style:normal;"
    "color:var(--soft);margin-left:6px}\n"
    "tr.total th,tr.total td{font-weight:650;border-bottom-color:var(--soft)}\n"
    "td.bar{padding-top:10px}td.bar svg{display:block;border-radius:2px}\n"
    ".causes tbody th{min-width:240px;width:38%;overflow-wrap:anywhere}.cause{font-weight:600}\n"
    "th code,td code{white-space:nowrap;overflow-wrap:normal}\n"
    ".chip{display:inline-block;font-size:13px;padding:0 8px;border-radius:99px;"
    "border:1px solid currentColor;white-space:nowrap}\n"
    ".c-ok{color:var(--ok)}.c-bad{color:var(--bad)}.c-held{color:var(--held)}"
    ".c-wait{color:var(--wait)}.c-fly{color:var(--fly)}.c-unk{color:var(--unk)}"
    ".c-can{color:var(--can)}.c-gone{color:var(--soft)}\n"
    ".left{list-style:none}.left li{margin:0 0 3px}.left b{font-weight:600}\n"
    ".left em{font-style:normal;color:var(--soft)}\n"
    ".msg{white-space:pre-line;color:var(--soft)}\n"
    "details summary{cursor:pointer;color:var(--accent);padding:4px 0}\n"
    "details[open] summary{margin-bottom:8px}\n",

    "form.find{display:flex;flex-wrap:wrap;gap:10px 14px;align-items:end;margin:12px 0}\n"
    "form.find[hidden]{display:none}\n"
    "form.find label{font-size:13px;color:var(--soft);display:block}\n"
    "input,select,button{font:inherit;color:inherit;background:var(--card);padding:5px 10px;"
    "border:1px solid var(--soft);border-radius:6px;min-height:36px}\n"
    "input{width:min(380px,76vw)}button{cursor:pointer}button:disabled{opacity:.55;cursor:default}"
    "\n"
    "form.find output{color:var(--soft);font-size:14px;padding-bottom:7px;margin-left:auto}\n"
    "th.sortless{white-space:nowrap}\n",

    "svg text{fill:var(--ink);font-family:inherit;font-size:12px}\n"
    "svg .soft{fill:var(--soft)}svg .strong{font-weight:650}svg "
    ".mid{font-weight:600;font-size:14px}\n"
    "svg .end{text-anchor:end}svg .center{text-anchor:middle}\n"
    ".f-ok{fill:var(--ok)}.f-bad{fill:var(--bad)}.f-held{fill:var(--held)}.f-wait{fill:var(--idle)}"
    ".f-fly{fill:var(--fly)}.f-unk{fill:var(--unk)}.f-can{fill:var(--can)}.f-gone{fill:var(--gone)}"
    ".f-none{fill:var(--faint)}\n"
    ".graph svg{display:block;margin:4px 0}\n"
    ".box{fill:var(--card);stroke:var(--soft);stroke-width:1.25}\n"
    ".box.s-ok{stroke:var(--ok)}.box.s-bad{stroke:var(--bad)}.box.s-held{stroke:var(--held)}"
    ".box.s-fly{stroke:var(--fly)}.box.s-wait{stroke:var(--wait)}\n"
    ".box.ext{stroke-dasharray:5 4}\n"
    ".arrow{fill:none;stroke:var(--soft);stroke-width:1.4}\n"
    ".arrow.ext{stroke-dasharray:5 4}.head{fill:var(--soft)}\n",

    ".gantt-in{display:flex;width:max-content;min-width:100%}\n"
    ".gantt-in svg{display:block;flex:none}\n"
    "svg.labels{position:sticky;left:0;background:var(--card);z-index:1;"
    "box-shadow:6px 0 6px -6px var(--line)}\n"
    ".rule{stroke:var(--line);stroke-width:1}.rule.day{stroke:var(--line)}"
    ".rule.hour{stroke:var(--faint)}\n"
    ".band{fill:var(--faint)}\n"
    ".win{fill:var(--win)}.freeze{fill:var(--freeze)}"
    ".freeze-edge{stroke:var(--unk);stroke-width:1;stroke-dasharray:2 3}\n"
    ".planned{fill:none;stroke:var(--plan);stroke-width:1.2;stroke-dasharray:3 2}\n"
    ".actual{fill:var(--ok)}.actual.troubled{fill:var(--held)}.actual.open{fill:var(--fly)}\n"
    ".span{fill:var(--ink);opacity:.72}.soak{fill:var(--soak)}"
    ".approval{fill:var(--held);opacity:.8}\n"
    ".now{stroke:var(--bad);stroke-width:1.5}svg .now-word{fill:var(--bad);font-weight:650}\n"
    ".legend{margin:12px 0 0}.legend svg{width:26px;height:12px}\n"
    ".line{fill:none;stroke-width:1.8;stroke-linejoin:round}.line.all{stroke:var(--ink);"
    "stroke-width:3}\n"
    ".k0{stroke:#2166c4}.k1{stroke:#b4520a}.k2{stroke:#1c8a5f}.k3{stroke:#a3388c}"
    ".k4{stroke:#6d5bd0}.k5{stroke:#8c6d00}.k6{stroke:#0b7f93}.k7{stroke:#c03553}\n"
    "@media (prefers-color-scheme:dark){.k0{stroke:#7fb0ff}.k1{stroke:#f0a36a}.k2{stroke:#5fd0a2}"
    ".k3{stroke:#ea8fd8}.k4{stroke:#b5a7ff}.k5{stroke:#d9bb55}.k6{stroke:#62cbdd}"
    ".k7{stroke:#ff95a8}}\n"
    "footer{color:var(--soft);font-size:13px;padding-bottom:40px}\n",

    "@media (max-width:640px){main,header.top,nav,footer{padding-left:12px;padding-right:12px}\n"
    "section{padding:16px 14px 18px;border-radius:8px}h1{font-size:24px}.lead{font-size:16px}\n"
    ".tiles{grid-template-columns:repeat(2,1fr)}.tiles dd{font-size:21px}\n"
    "form.find output{margin-left:0}}\n"
    "@media screen and (max-width:640px){svg.labels{width:138px}}\n"
    "@page{size:A4 landscape;margin:12mm}\n"
    "@media print{:root{color-scheme:light;" LIGHT "}\n"
    "body{background:#fff;font-size:11pt}main,header.top,nav,footer{max-width:none;padding:0}\n"
    "nav,form.find,.skip{display:none}\n"
    "section{border:0;padding:0 0 10pt;margin:0 0 8pt;border-radius:0;break-inside:auto}\n"
    "h2,h3,caption,thead{break-after:avoid}tr,.next li,.tiles div{break-inside:avoid}\n"
    "thead{display:table-header-group}\n"
    ".scroll{overflow:visible;margin:0;padding:0}table{font-size:9pt}\n"
    ".graph svg{max-width:100%;height:auto}.curve svg{max-width:100%;height:auto}\n"
    ".gantt-in{width:100%}.gantt-in svg{height:auto;width:auto;flex:var(--w) 1 0;min-width:0}\n"
    "svg.labels{position:static;box-shadow:none}\n"
    "*{-webkit-print-color-adjust:exact;print-color-adjust:exact}}\n",
    NULL,
};
