#!/usr/bin/env python3
"""Makes workbooks for the tests: workbooks.py KIND FILE [ROWS], with openpyxl for mistakes only.

mistakes   37 complaints, each with another mistake, below two good ones
big        100,000 complaints of 12 columns, or as many as a third argument says
quirks     what other writers do: written by hand, without openpyxl
"""
import sys
import zipfile


def mistakes(path):
    import datetime
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    sheet.title = "投诉"
    head = ["渠道", "编号", "受理时间", "内容", "类别", "纬度", "经度", "图片", "电话", "邮箱", "办结时间", "办理结果"]
    sheet.append(head)
    day = datetime.datetime(2021, 3, 5, 10, 20)

    def row(number, **cells):
        values = {"渠道": "信访", "编号": number, "受理时间": day, "内容": "占道经营"}
        values.update(cells)
        sheet.append([values.get(name) for name in head] + ([cells["surplus"]] if "surplus" in cells else []))

    row("G-1")
    row("G-2", 受理时间="2021年3月5日", 办结时间=datetime.date(2021, 3, 6))
    row("M-1", 渠道=None)
    row("M-2", 渠道="信仿行风")
    row("M-3", 渠道="#REF!")
    row(None)
    row("M-5\n二")
    row("长" * 80)
    row("1.50203E+14")
    row(150203000000000000)
    row(datetime.date(2021, 3, 5))
    row("G-1")
    row("M-11", 受理时间=None)
    row("M-12", 受理时间="3月5日")
    row("M-13", 受理时间="2021年3月")
    row("M-14", 受理时间="2021-02-30")
    row("M-15", 受理时间="昨天上午")
    row("M-16", 受理时间="5/3/2021")
    row("M-17", 受理时间="21-3-5")
    row("M-18", 受理时间="2021-03-05 25:00")
    row("M-19", 受理时间=datetime.time(10, 20))
    row("M-20", 受理时间=7)
    row("M-21", 受理时间="2021-03-05至2021-03-07")
    row("M-22", 受理时间="2201-03-05")
    row("M-23", 受理时间="二〇二一年正月廿五")
    row("M-24", 受理时间="########")
    row("M-25", 受理时间="=NOW()")
    row("M-26", 类别="占道")
    row("M-27", 类别=501)
    row("M-28", 办结时间=datetime.date(2021, 3, 4))
    row("M-29", 办结时间="很快")
    row("M-30", 电话="1.38E+10")
    row("M-31", 纬度=140.6574, 经度=40.65)
    row("M-32", 纬度=40.6574)
    row("M-33", 纬度="北纬40度", 经度=109.8)
    row("M-34", 图片="C:\\照片\\1.jpg")
    row("M-35", 邮箱="zhang at example.com")
    row("M-36", 内容="乱码\ufffd\ufffd")
    row("M-37", surplus="多余")
    # The type that openpyxl gives to a text beginning with "#" differs from release to release.
    sheet["A6"].data_type = "e"
    book.save(path)


def big(path, rows=100_000):
    import datetime

    start = datetime.datetime(2021, 1, 1)
    names = ["信访", "提案"]
    head = ["序号", "渠道", "编号", "受理时间", "内容", "地点", "类别", "诉求人", "电话", "办结时间", "办理结果", "备注"]
    texts = {}

    def shared(text):
        return f'<c t="s"><v>{texts.setdefault(text, len(texts))}</v></c>'

    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("xl/workbook.xml", '<workbook xmlns:r="r"><sheets><sheet name="台账" sheetId="1" r:id="r1"/></sheets></workbook>')
        archive.writestr("xl/styles.xml", '<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="22"/></cellXfs></styleSheet>')
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.write("<worksheet><sheetData><row>".encode() + shared("2021年投诉台账").encode() + b"</row><row>")
            sheet.write("".join(shared(name) for name in head).encode() + b"</row>")
            for index in range(rows):
                serial = 44197 + index * 5 / 1440
                cells = [
                    f"<c><v>{index + 1}</v></c>", shared(names[index % 2]), shared(f"TS-2021-{index:06}"), f'<c s="1"><v>{serial!r}</v></c>',
                    shared(f"第{index}件:沿街商户占道经营,影响通行,请尽快处理"), shared(f"钢铁大街{index % 997}号"), shared("0501"), shared("张某"),
                    f"<c><v>{13800000000 + index}</v></c>", f'<c s="1"><v>{serial + 1!r}</v></c>', shared("已劝离"), "<c/>",
                ]
                sheet.write(("<row>" + "".join(cells) + "</row>").encode())
            sheet.write(b"</sheetData></worksheet>")
        with archive.open("xl/sharedStrings.xml", "w") as strings:
            strings.write(b"<sst>")
            strings.write("".join(f"<si><t>{text}</t></si>" for text in texts).encode())
            strings.write(b"</sst>")


TYPES = """<?xml version="1.0" encoding="UTF-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>"""
RELS = """<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="a" Type="http://purl.oclc.org/ooxml/officeDocument/relationships/officeDocument" Target="/book/main.xml"/></Relationships>"""
BOOK = """<?xml version="1.0"?><x:workbook xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"
 xmlns:rel="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><x:workbookPr date1904="1"/>
<x:sheets><x:sheet name="封面" sheetId="1" rel:id="r1"/><x:sheet name="隐藏" sheetId="2" state="hidden" rel:id="r2"/>
<x:sheet name="台账" sheetId="3" rel:id="r3"/></x:sheets></x:workbook>"""
BOOKRELS = """<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="r1" Type="x/worksheet" Target="one.xml"/><Relationship Id="r2" Type="x/worksheet" Target="one.xml"/>
<Relationship Id="r3" Type="x/worksheet" Target="./sheets/../sheets/three.xml"/>
<Relationship Id="s" Type="x/sharedStrings" Target="texts.xml"/><Relationship Id="t" Type="x/styles" Target="look.xml"/></Relationships>"""
LOOK = """<styleSheet><numFmts><numFmt numFmtId="164" formatCode="[$-804]yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;;@"/>
<numFmt numFmtId="165" formatCode="&quot;day &quot;0.00_);[Red]\\(0.00\\)"/><numFmt numFmtId="166" formatCode="[h]:mm:ss"/></numFmts>
<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>
<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="31"/><xf numFmtId="166"/></cellXfs></styleSheet>"""
TEXTS = """<sst><si><t>编号</t></si><si><r><t>诉求</t></r><r><rPr/><t xml:space="preserve">内容 </t></r><rPh sb="0" eb="2"><t>SUQIU</t></rPh></si>
<si><t>两行_x000D_&#10;文字</t></si></sst>"""
ONE = """<worksheet><sheetData><row><c t="inlineStr"><is><t>填报说明</t></is></c></row></sheetData></worksheet>"""
THREE = """<worksheet><sheetData>
<row r="1"><c r="A1" t="inlineStr"><is><r><t>二〇二一年</t></r><r><t>投诉台账</t></r></is></c></row>
<row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2" t="inlineStr"><is><t>渠道</t></is></c><c r="C2" t="inlineStr"><is><t>受理</t></is></c><c r="E2" t="s"><v>1</v></c></row>
<row r="3"><c r="C3" t="str"><v>日期</v></c><c r="D3" t="str"><v>单位</v></c></row>
<row r="4"><c r="A4" t="n"><v>17</v></c><c r="B4" t="str"><f>"信"&amp;"访"</f><v>信访</v></c><c r="C4" s="1"><v>42798</v></c><c r="E4" t="s"><v>2</v></c></row>
<row r="5" hidden="1"><c><v>18</v></c><c/><c s="3"><v>42799.430555555555</v></c><c t="b"><v>1</v></c><c t="e"><v>#N/A</v></c></row>
<row r="9"><c r="A9" s="2"><v>1.5</v></c><c r="C9" s="4"><v>0.5</v></c><c r="E9"><f>A1</f></c></row>
</sheetData><mergeCells count="3"><mergeCell ref="A1:E1"/><mergeCell ref="C2:D2"/><mergeCell ref="B4:B5"/></mergeCells></worksheet>"""


def quirks(path):
    with zipfile.ZipFile(path, "w") as archive:
        parts = [
            ("[Content_Types].xml", TYPES), ("_rels/.rels", RELS), ("book/main.xml", BOOK), ("book/_rels/main.xml.rels", BOOKRELS),
            ("book/look.xml", LOOK), ("book/texts.xml", TEXTS), ("book/one.xml", ONE), ("book/sheets/three.xml", THREE),
        ]
        for index, (name, text) in enumerate(parts):
            entry = zipfile.ZipInfo(name, (2021, 3, 5, 0, 0, 0))
            archive.writestr(entry, text, zipfile.ZIP_DEFLATED if index % 2 else zipfile.ZIP_STORED)


if __name__ == "__main__":
    {"mistakes": mistakes, "big": big, "quirks": quirks}[sys.argv[1]](sys.argv[2], *map(int, sys.argv[3:]))
