"""A workbook of very many complaints through the command line into a running daemon."""
import multiprocessing
import os
import pathlib
import subprocess
import threading
import time
import zipfile

from processes import Failed, configure, daemon, free_port, memory, settle, temporary_folder

HEADER = ["渠道", "编号", "受理时间", "内容", "地点", "诉求人", "电话", "办结时间", "办理结果"]
STREETS = ["钢铁大街", "民族东路", "阿尔丁大街", "少先路", "青年路", "林荫路", "白云路", "乌兰道"]
TEXTS = ["占道经营影响通行", "垃圾堆放多日无人清理", "夜间施工噪声扰民", "流动摊贩占用人行道", "违章搭建遮挡采光", "乱贴小广告"]
# Days between 1899-12-30, where Excel begins to count, and 2021-01-01.
NEW_YEAR = 44197


def measure(programs, table, count):
    with temporary_folder() as folder:
        port = free_port()
        settings = configure(folder, port)
        book = folder / "complaints.xlsx"
        # In another process: what this one holds when it starts the command would count as the command's peak.
        writer = multiprocessing.Process(target=write, args=(book, count))
        writer.start()
        writer.join()
        size = book.stat().st_size
        floor = reading(folder, book, count)
        with daemon(programs, settings, port) as process:
            began = time.monotonic()
            told, peak = run(programs, settings, book)
            seconds = time.monotonic() - began
            settle(programs, settings, 300)
            settled = time.monotonic() - began
            high = highest(process.pid)
        if f'"accepted":{2 * count}' not in told.replace(" ", ""):
            raise Failed(f"the import of {count} complaints and their closings ended with {told.strip()[-300:]}")
    table.add(
        f"import of {count:,} complaints with their closings, XLSX of {size / 1e6:.1f} MB",
        f"{seconds:.1f} s until all is on disk ({settled:.1f} s until it is in the registers), "
        f"{peak:.0f} MB command, {high:.0f} MB daemon",
        f"{floor:.1f} s for openpyxl to read the same file", seconds / floor)


def run(programs, settings, book):
    """What the command says, and its peak memory in MB."""
    command = [programs.patrold, "import", "complaints", str(book), "--json", "--config", str(settings)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    told = process.stdout.read().decode()
    _, code, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(code)
    if process.returncode != 0:
        raise Failed(f"import ended with status {process.returncode}: {told.strip()[-300:]}")
    return told, usage.ru_maxrss / 1000


def highest(pid):
    """Peak resident memory in MB of a process that runs."""
    for entry in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if entry.startswith("VmHWM:"):
            return int(entry.split()[1]) / 1000
    return 0


def reading(folder, book, count):
    """Seconds in which openpyxl walks the rows of the same file and keeps none."""
    script = (
        "import openpyxl, sys\n"
        "sheet = openpyxl.load_workbook(sys.argv[1], read_only=True).active\n"
        "print(sum(1 for _ in sheet.iter_rows(values_only=True)))\n")
    python = pathlib.Path(__file__).resolve().parents[2] / ".venv/bin/python"
    began = time.monotonic()
    answer = subprocess.run([str(python), "-c", script, str(book)], capture_output=True, text=True)
    if answer.stdout.strip() != str(count + 1):
        raise Failed("openpyxl is not in .venv; run scripts/setup tests")
    return time.monotonic() - began


def write(path, count):
    """A workbook as Excel writes it: shared strings for what repeats, dates as numbers with a format."""
    strings, index = [], {}

    def shared(text):
        if text not in index:
            index[text] = len(strings)
            strings.append(text)
        return index[text]

    rows = []
    for number in range(count + 1):
        cells = [shared(name) for name in HEADER] if number == 0 else None
        if cells:
            made = "".join(f'<c r="{chr(65 + at)}1" t="s"><v>{cell}</v></c>' for at, cell in enumerate(cells))
        else:
            made = row(number, shared)
        rows.append(f'<row r="{number + 1}">{made}</row>')
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", PREFIX + TYPES)
        file.writestr("_rels/.rels", PREFIX + relations([("officeDocument", "xl/workbook.xml")]))
        file.writestr("xl/workbook.xml", PREFIX + WORKBOOK)
        file.writestr("xl/_rels/workbook.xml.rels", PREFIX + relations([
            ("worksheet", "worksheets/sheet1.xml"), ("styles", "styles.xml"), ("sharedStrings", "sharedStrings.xml")]))
        file.writestr("xl/styles.xml", PREFIX + STYLES)
        file.writestr("xl/sharedStrings.xml", PREFIX + f'<sst xmlns="{MAIN}">' + "".join(
            f"<si><t>{text}</t></si>" for text in strings) + "</sst>")
        file.writestr("xl/worksheets/sheet1.xml", PREFIX + (
            f'<worksheet xmlns="{MAIN}"><sheetData>' + "".join(rows) + "</sheetData></worksheet>"))


def row(number, shared):
    accepted = NEW_YEAR + number % 360 + (number * 7919 % 1440) / 1440
    place = STREETS[number % 8] + str(number % 400 + 1) + "号"
    text = place + TEXTS[number % 6] + "，第" + str(number) + "次反映"
    texts = {"A": "智慧昆都仑", "B": f"KQ-{number:07d}", "D": text, "E": place,
             "F": "张" + "三四五六七八九十"[number % 8], "G": f"000139{number:08d}", "I": "已办结"}
    numbers = {"C": accepted, "H": accepted + 3}
    cells = []
    for at in "ABCDEFGHI":
        if at in texts:
            cells.append(f'<c r="{at}{number + 1}" t="s"><v>{shared(texts[at])}</v></c>')
        else:
            cells.append(f'<c r="{at}{number + 1}" s="1"><v>{numbers[at]:.6f}</v></c>')
    return "".join(cells)


PREFIX = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
TYPES = (
    f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    + "".join(f'<Override PartName="/xl/{part}.xml" ContentType="{KIND}.{kind}+xml"/>' for part, kind in [
        ("workbook", "sheet.main"), ("worksheets/sheet1", "worksheet"), ("styles", "styles"),
        ("sharedStrings", "sharedStrings")]) + "</Types>")
WORKBOOK = (
    f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
    '<sheet name="投诉" sheetId="1" r:id="rId1"/></sheets></workbook>')
STYLES = (
    f'<styleSheet xmlns="{MAIN}"><fonts count="1"><font/></fonts><fills count="1"><fill><patternFill patternType="none"/></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="2"><xf/><xf numFmtId="22" applyNumberFormat="1"/></cellXfs></styleSheet>')


def relations(parts):
    made = "".join(
        f'<Relationship Id="rId{number}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(parts, 1))
    return f'<Relationships xmlns="{PACKAGE}/relationships">{made}</Relationships>'
