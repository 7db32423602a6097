# Sourced by the cases of hooks: a server that is told things, see hook_server.c.
start_hook_server() {
	mkdir told
	"$hook_server" told &
	server=$!
	trap 'kill $server 2>/dev/null; wait $server 2>/dev/null' EXIT
	while kill -0 $server 2>/dev/null && [ ! -e told/port ]; do sleep 0.02; done
	HOOKS=http://127.0.0.1:$(cat told/port)
	export HOOKS
}
# What each event is, in a few words of its document.
events() {
	sed -E 's/.*"id": "([^"]*)", "type": "([^"]*)", "at": "([^"]*)".*"stage": ([^,]*), .*"gate_held": ([^,]*), "state": ([^,]*), "until": [^,]*, "text": "([^"]*)".*/\1 \2 \3 \4 \5 \6 \7/' "$@"
}
no_ports() {
	sed -E 's#http://127.0.0.1:[0-9]+#URL#g'
}
