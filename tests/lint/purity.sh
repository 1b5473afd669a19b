#!/bin/sh
# purity.sh BUILD: the pure libraries call nothing but each other and a short
# list of functions without clock, heap or I/O (nm says what they need).
build=$1
# bcmp is what clang makes of memcmp() == 0.
allowed='bcmp|mem(cpy|move|set|cmp|chr|rchr|mem)|str(len|nlen|chr|rchr|cmp|ncmp|str|spn|cspn|pbrk)|v?snprintf|__assert_fail|__stack_chk_fail|__(mem(cpy|move|set)|v?snprintf|str(cpy|ncpy))_chk|utf8proc_[a-z0-9_]+|_GLOBAL_OFFSET_TABLE_'
sanitizers='__asan_.*|__ubsan_.*|__sanitizer_.*|__sancov.*|__tls_get_addr'
math='sqrtf?|floorf?|ceilf?|l?lroundf?|roundf?|fabsf?|fminf?|fmaxf?|hypotf?|sinf?|cosf?|sincosf?|atan2f?|expf?|logf?|powf?|fmodf?|lrintf?|truncf?'
echo "1..10"
n=0
status=0
for layer in base wire feed race forecast season timeline encode screen reconstruction; do
	n=$((n + 1))
	list=$allowed
	# screen/ draws maps and charts; forecast/ computes in doubles
	case $layer in screen | race | forecast | season) list="$allowed|$math" ;; esac
	libs=$(find "$build/src" -name 'libpw_*.a')
	# what any pure library defines
	defined=$(mktemp)
	for l in base wire feed race forecast season timeline encode screen reconstruction; do
		nm -g --defined-only "$build/src/$l/libpw_$l.a" 2>/dev/null
	done | awk 'NF >= 3 {print $3}' | sort -u >"$defined"
	bad=$(nm -u "$build/src/$layer/libpw_$layer.a" 2>/dev/null | awk '$1 == "U" {print $2}' |
		sort -u | grep -vxF -f "$defined" | grep -vxE "$list|$sanitizers")
	rm -f "$defined"
	if [ -n "$libs" ] && [ -z "$bad" ]; then
		echo "ok $n - $layer is pure"
	else
		echo "not ok $n - $layer is pure"
		printf '%s\n' "$bad" | sed 's/^/# calls /'
		status=1
	fi
done
exit $status
