# Uses each program once, on files that other ones made, and writes what they said to $out/report.txt. Each program's
# store path is in the variable named after it.

export PATH=$toolchain/bin LC_ALL=C TZ=UTC
mkdir -p "$out/bin"
report=$out/report.txt

"$figlet/bin/figlet" farm >"$report"
"$hello/bin/hello" >>"$report"

# The programs as JSON, made by lua, read by jq.
"$lua/bin/lua" - $programNames >programs.json <<'LUA'
local items = {}
for i, name in ipairs(arg) do items[i] = string.format('{"name":"%s","path":"%s"}', name, os.getenv(name)) end
print("[" .. table.concat(items, ",") .. "]")
LUA
"$jq/bin/jq" -r '.[] | select(.name | test("^[a-z]+$")) | "\(.name)\t\(.path)"' programs.json >programs.tsv
"$awk/bin/awk" -F '\t' '{ printf "%-14s %s\n", $1, $2 }' programs.tsv >>"$report"

# A line of it, taken apart by a grammar of lpeg's.
LUA_CPATH="$lpeg/lib/lua/?.so" "$lua/bin/lua" - programs.tsv >>"$report" <<'LUA'
local lpeg = require("lpeg")
local field = lpeg.C((1 - lpeg.S("\t\n")) ^ 1)
local line = field * "\t" * field
local count = 0
for text in io.lines(arg[1]) do
    local name, path = line:match(text)
    assert(path:sub(-1) ~= "\t", name)
    count = count + 1
end
print(count .. " programs read back by lpeg")
LUA

# Archives of the same file, made and read back.
echo >>"$report"
for pack in "$bzip2/bin/bzip2" "$lz4/bin/lz4"; do
    "$pack" -c programs.json | "$pack" -dc | cmp - programs.json
    echo "$(basename "$pack"): $("$pack" -c programs.json | wc -c) of $(wc -c <programs.json) bytes" >>"$report"
done
"$zip/bin/zip" -q made.zip programs.json programs.tsv
"$unzip/bin/unzip" -p made.zip programs.json | cmp - programs.json
"$unzip/bin/unzip" -l made.zip | tail -n 1 >>"$report"
"$xxhash/bin/xxhsum" programs.tsv >>"$report"

for program in hello tree jq xxhash; do
    cp "${!program}"/bin/* "$out/bin/"
done
# A picture, made smaller without loss and then checked; a file system image; a pager that has nobody to wait for.
"$optipng/bin/optipng" -quiet -o1 -out picture.png "$libpng/share/pngtest.png"
"$pngcheck/bin/pngcheck" picture.png >>"$report"
"$squashfsTools/bin/mksquashfs" picture.png image -comp lz4 -no-progress -quiet
"$squashfsTools/bin/unsquashfs" -l image | tail -n 1 >>"$report"
"$less/bin/less" programs.tsv | cmp - programs.tsv

"$tree/bin/tree" --noreport "$out" >>"$report"
cat "$report"
