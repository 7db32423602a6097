# The file is here, and there is one before the watch is stopped.
. "$here/few.sh"
few 60
stands_for /var/lib/prometheus/node-exporter/pushtrain.prom pushtrain.prom
stays 'pushtrain watch --confirm biweekly --metrics /var/lib/prometheus/node-exporter/pushtrain.prom' \
	'[ -s pushtrain.prom ]'
