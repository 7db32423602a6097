# Its suite is examples/small; the first lines look at it as it is today.
rm -rf repos && cp examples/small/* . && ./make-repos
stays 'pushtrain watch --confirm weekly             # stays, and looks again every five minutes' \
	'pushtrain watch --once --json -q >looked 2>&1; [ $? -eq 75 ]'
