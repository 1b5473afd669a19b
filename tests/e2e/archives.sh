#!/bin/sh
# archives.sh -- compressed files and archives are read, or refused in one sentence
pitwall=$(realpath "$1")
unpack=$(realpath "$2" 2>/dev/null)
[ -x "$unpack" ] || { echo "1..0 # SKIP built without libarchive"; exit 0; }
command -v python3 >/dev/null 2>&1 || { echo "1..0 # SKIP no python3"; exit 0; }
. "$(dirname "$0")/../checks.sh"
cd "$tmp" || exit 1
logs=said
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
same() { # FILE
	"$pitwall" results "$1" --format csv >said 2>&1 && cmp said plain
}
from_a_pipe() { "$pitwall" results - --format csv <race.csv.gz >said 2>&1 && cmp said plain; }
refused() { # FILE WORDS: one sentence, and no more
	! "$pitwall" results "$1" >said 2>&1 && grep -q -e "$2" said &&
		[ "$(grep -c "$1" said)" -eq 1 ]
}
"$pitwall" results race.csv --format csv >plain 2>&1
check "gzip" same race.csv.gz
check "xz" same race.csv.xz
check "bzip2" same race.csv.bz2
check "the one file of a zip that is a race" same one.zip
check "a compressed tar" same one.tar.gz
check "gzip from a pipe" from_a_pipe
check "two races in one archive" refused two.zip "2 files that pitwall reads (a.csv, b.csv): unpack it and open one"
check "an archive without a race" refused none.zip "none of the 2 files in it is timing data"
check "an archive of one file that is no race" refused noise.zip "noise.zip, a zip archive, unpacked: neither a recording"
check "an archive in an archive" refused nest.zip "in it is inner.zip: a zip archive: unpack it first"
check "an empty archive" refused empty.zip "empty zip archive"
check "a gzip of zeros is not called empty" refused zeros.gz "compressed by gzip that holds zero bytes or no file"
check "a gzip of nothing" refused nothing.gz "compressed by gzip that is empty"
check "a name that leads up" refused up.zip "outside of its folder"
check "a name from the root" refused root.zip "outside of its folder"
check "an encrypted archive" refused locked.zip "encrypted: unpack it with its password first"
check "a zip that is cut off" refused cut.zip "damaged"
check "a gzip that is cut off" refused cut.gz "damaged"
check "a bomb" refused bomb.gz "more than 512 MiB"
check "too many members" refused many.zip "more than 200,000 members"
check "an Excel workbook" refused book.xlsx "Excel workbook: export the sheet of laps as CSV"
check "an OpenDocument sheet" refused sheet.ods "office program: export it as CSV"
check "a recording in an archive" refused recording.zip "holds a recording: unpack it and open race.pitwall"
check "a page of the web" refused page.csv "HTML"
check "a PDF" refused paper.pdf "PDF document"
finish
