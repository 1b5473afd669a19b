#!/bin/sh
# archives.sh -- compressed files and archives are read, or refused in one sentence
pitwall=$(realpath "$1")
unpack=$(realpath "$2" 2>/dev/null)
[ -x "$unpack" ] || { echo "1..0 # SKIP built without libarchive"; exit 0; }
command -v python3 >/dev/null 2>&1 || { echo "1..0 # SKIP no python3"; exit 0; }
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' INT TERM HUP
cd "$tmp" || exit 1
# A race of our own, and every kind of file around it.
python3 - <<'PYTHON' || exit 1
import bz2, gzip, io, lzma, struct, tarfile, zipfile
rows = ['NUMBER;LAP_NUMBER;LAP_TIME;ELAPSED;HOUR']
for lap in range(1, 4):
    rows.append(f'7;{lap};1:40.000;{100 * lap // 60}:{100 * lap % 60:02d}.000;12:{100 * lap // 60:02d}:{100 * lap % 60:02d}.000')
csv = ('\n'.join(rows) + '\n').encode()
def write(name, data):
    open(name, 'wb').write(data)
def archive(name, *members):
    with zipfile.ZipFile(name, 'w', zipfile.ZIP_DEFLATED) as z:
        for member, data in members:
            z.writestr(member, data)
write('race.csv', csv)
write('race.csv.gz', gzip.compress(csv))
write('race.csv.xz', lzma.compress(csv))
write('race.csv.bz2', bz2.compress(csv))
archive('one.zip', ('folder/race.csv', csv), ('read me.txt', b'nothing of a race\n'))
with tarfile.open('one.tar.gz', 'w:gz') as t:
    info = tarfile.TarInfo('race.csv')
    info.size = len(csv)
    t.addfile(info, io.BytesIO(csv))
archive('two.zip', ('a.csv', csv), ('b.csv', csv))
archive('none.zip', ('a.txt', b'x' * 50), ('b.txt', b'y'))
archive('empty.zip')
write('zeros.gz', gzip.compress(bytes(1 << 20)))
write('nothing.gz', gzip.compress(b''))
archive('noise.zip', ('noise.bin', bytes(range(1, 256)) * 4))
archive('nest.zip', ('inner.zip', open('one.zip', 'rb').read()))
archive('up.zip', ('../race.csv', csv))
archive('root.zip', ('/etc/race.csv', csv))
archive('book.xlsx', ('[Content_Types].xml', b'<x/>'), ('xl/workbook.xml', b'<x/>'))
archive('sheet.ods', ('mimetype', b'application/vnd.oasis.opendocument.spreadsheet'))
archive('recording.zip', ('race.pitwall', b'SQLite format 3\0' + bytes(84)))
# Bit 0 of the flags in both headers: encrypted.
z = bytearray(open('one.zip', 'rb').read())
for mark, at in ((b'PK\3\4', 6), (b'PK\1\2', 8)):
    i = z.find(mark)
    while i >= 0:
        z[i + at] |= 1
        i = z.find(mark, i + 4)
write('locked.zip', bytes(z))
write('cut.zip', open('one.zip', 'rb').read()[:60])
write('cut.gz', gzip.compress(csv * 50)[:60])
write('bomb.gz', gzip.compress(b"x" * (1 << 26), 1) * 9)
with zipfile.ZipFile('many.zip', 'w') as z:
    for i in range(200001):
        z.writestr(zipfile.ZipInfo(str(i)), b'')
write('page.csv', b'\n<!DOCTYPE html>\n<html><body>Timing</body></html>\n')
write('paper.pdf', b'%PDF-1.4\n')
PYTHON
count=0
failed=0
report() { # NAME STATUS
	count=$((count + 1))
	if [ "$2" -eq 0 ]; then echo "ok $count - $1"; else
		echo "not ok $count - $1"
		failed=1
		sed 's/^/#   |/' said | tail -5
	fi
}
same() { # NAME FILE
	"$pitwall" results "$2" --format csv >said 2>&1 && cmp -s said plain
	report "$1" $?
}
refused() { # NAME FILE WORDS: one sentence, and no more
	if "$pitwall" results "$2" >said 2>&1; then
		report "$1" 1
	else
		grep -q -e "$3" said && [ "$(grep -c "$2" said)" -eq 1 ]
		report "$1" $?
	fi
}
"$pitwall" results race.csv --format csv >plain 2>&1
same "gzip" race.csv.gz
same "xz" race.csv.xz
same "bzip2" race.csv.bz2
same "the one file of a zip that is a race" one.zip
same "a compressed tar" one.tar.gz
"$pitwall" results - --format csv <race.csv.gz >said 2>&1 && cmp -s said plain
report "gzip from a pipe" $?
refused "two races in one archive" two.zip "2 files that pitwall reads (a.csv, b.csv): unpack it and open one"
refused "an archive without a race" none.zip "none of the 2 files in it is timing data"
refused "an archive of one file that is no race" noise.zip "noise.zip, a zip archive, unpacked: neither a recording"
refused "an archive in an archive" nest.zip "in it is inner.zip: a zip archive: unpack it first"
refused "an empty archive" empty.zip "empty zip archive"
refused "a gzip of zeros is not called empty" zeros.gz "compressed by gzip that holds zero bytes or no file"
refused "a gzip of nothing" nothing.gz "compressed by gzip that is empty"
refused "a name that leads up" up.zip "outside of its folder"
refused "a name from the root" root.zip "outside of its folder"
refused "an encrypted archive" locked.zip "encrypted: unpack it with its password first"
refused "a zip that is cut off" cut.zip "damaged"
refused "a gzip that is cut off" cut.gz "damaged"
refused "a bomb" bomb.gz "more than 512 MiB"
refused "too many members" many.zip "more than 200,000 members"
refused "an Excel workbook" book.xlsx "Excel workbook: export the sheet of laps as CSV"
refused "an OpenDocument sheet" sheet.ods "office program: export it as CSV"
refused "a recording in an archive" recording.zip "holds a recording: unpack it and open race.pitwall"
refused "a page of the web" page.csv "HTML"
refused "a PDF" paper.pdf "PDF document"
echo "1..$count"
exit "$failed"
