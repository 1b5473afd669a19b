# field.awk -- a lap file of a field that nobody has seen: -v cars=250 -v hours=24
#
# Each car laps at a pace of its own, a little otherwise each time, and stops every tenth
# lap.
function clock(ms,    h, m) {
	h = int(ms / 3600000)
	m = int(ms / 60000) % 60
	return sprintf("%d:%02d:%06.3f", h, m, ms % 60000 / 1000)
}
function lap(ms) { return sprintf("%d:%06.3f", int(ms / 60000), ms % 60000 / 1000) }
BEGIN {
	print "NUMBER; DRIVER_NUMBER; LAP_NUMBER; LAP_TIME; LAP_IMPROVEMENT; " \
		"CROSSING_FINISH_LINE_IN_PIT; S1; S1_IMPROVEMENT; S2; S2_IMPROVEMENT; S3; " \
		"S3_IMPROVEMENT; KPH; ELAPSED; HOUR; S1_LARGE; S2_LARGE; S3_LARGE; " \
		"TOP_SPEED; DRIVER_NAME; PIT_TIME; CLASS; GROUP; TEAM; MANUFACTURER; FLAG_AT_FL;"
	srand(2003)
	for (car = 1; car <= cars; car++) {
		pace = 220000 + car * 200
		at = 0
		for (n = 1; at < hours * 3600000; n++) {
			pit = n % 10 == 0
			s1 = int(pace / 3 + rand() * 900)
			s2 = int(pace / 3 + rand() * 900)
			s3 = int(pace / 3 + rand() * 900 + (pit ? 9000 : 0))
			time = s1 + s2 + s3
			at += time
			printf "%d;1;%d;%s;0;%s;%s;0;%s;0;%s;0;200.0;%s;%s;%s;%s;%s;300.0;" \
				"Driver %d;%s;C%d;;Team %d;Make %d;GF;\n", car, n, lap(time), \
				pit ? "B" : "", lap(s1), lap(s2), lap(s3), clock(at), \
				clock((at + 57600000) % 86400000), lap(s1), lap(s2), lap(s3), car, \
				(n % 10 == 1 && n > 1) ? "0:01:05.000" : "", car % 4 + 1, car, \
				car % 9
		}
	}
}
