# Its suite is examples/small; the first lines look at it as it is today.
rm -rf repos && cp examples/small/* . && ./make-repos
stays 'pushtrain watch --confirm weekly             # stays, and looks again every five minutes' \
	'grep -q "^SigCgt:.*4002$" /proc/$!/status'
