/*
 * Keeps an open page as the server has it. The server sends the sections that changed; each is
 * compared with what is shown, and only the nodes that differ are touched: scrolling, focus, the
 * selection, an open <details> and what somebody is typing stay as they are.
 */
"use strict";

const page = document.body.dataset.page;
const link = document.getElementById("link");

/* What a person changed is theirs: an open or closed <details>, a field's text. */
function mayChange(element, name) {
	if (element.localName === "details") return name !== "open";
	if (element.localName === "input" || element.localName === "select")
		return name !== "value" && name !== "checked";
	return true;
}

function takeAttributes(to, from) {
	for (const { name, value } of from.attributes)
		if (mayChange(to, name) && to.getAttribute(name) !== value) to.setAttribute(name, value);
	for (const { name } of [...to.attributes])
		if (mayChange(to, name) && !from.hasAttribute(name)) to.removeAttribute(name);
}

function isSame(a, b) {
	return a.nodeType === b.nodeType && a.nodeName === b.nodeName &&
		(a.id || "") === (b.id || "");
}

function takeNode(to, from) {
	if (to.isEqualNode(from)) return;
	if (to.nodeType !== Node.ELEMENT_NODE) {
		to.nodeValue = from.nodeValue;
		return;
	}
	takeAttributes(to, from);
	takeChildren(to, from);
}

function takeChildren(to, from) {
	let at = to.firstChild;
	for (const node of [...from.childNodes]) {
		if (at && isSame(at, node)) {
			takeNode(at, node);
			at = at.nextSibling;
		} else {
			to.insertBefore(node, at);
		}
	}
	while (at) {
		const next = at.nextSibling;
		at.remove();
		at = next;
	}
}

function onSection(event) {
	const { id, html } = JSON.parse(event.data);
	const shown = document.getElementById(id);
	const template = document.createElement("template");
	template.innerHTML = html;
	if (shown) takeChildren(shown, template.content);
}

function onTitle(event) {
	document.title = JSON.parse(event.data).title;
}

function say(text, kind) {
	link.textContent = text;
	link.className = kind;
}

/* Only a page that is looked at is worth a stream: browsers allow few of them. */
let source = null;

function connect() {
	if (source || document.hidden || !page) return;
	source = new EventSource("/events?page=" + encodeURIComponent(page));
	source.addEventListener("section", onSection);
	source.addEventListener("title", onTitle);
	source.addEventListener("open", () => say("live", "live-on"));
	source.addEventListener("error", () => {
		say("not connected: the dashboard has ended, or cannot be reached", "live-off");
		if (source.readyState === EventSource.CLOSED) {
			disconnect();
			setTimeout(connect, 5000);
		}
	});
}

function disconnect() {
	if (source) source.close();
	source = null;
}

document.addEventListener("visibilitychange", () => (document.hidden ? disconnect() : connect()));
window.addEventListener("pagehide", disconnect);
window.addEventListener("pageshow", connect);
connect();
