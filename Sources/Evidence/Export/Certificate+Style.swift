extension Certificate {
    static let style = """
        @page { size: A4; margin: 18mm 16mm; }
        * { box-sizing: border-box; }
        body { font-family: "Noto Serif CJK SC", "Source Han Serif SC", "SimSun", serif; font-size: 10.5pt; line-height: 1.5;
            color: #000; background: #fff; max-width: 178mm; margin: 0 auto; padding: 8mm 0; }
        h1 { font-size: 20pt; text-align: center; margin: 0 0 2mm; letter-spacing: 0.1em; }
        h1 small { display: block; font-size: 11pt; font-weight: normal; letter-spacing: 0; color: #444; }
        h2 { font-size: 12.5pt; margin: 6mm 0 2mm; border-bottom: 0.3mm solid #000; break-after: avoid; }
        small { color: #444; font-size: 8.5pt; font-weight: normal; }
        h2 small { margin-left: 3mm; }
        p { margin: 1mm 0; }
        p small, li small { display: block; }
        .bureau { text-align: center; font-size: 12pt; }
        table { width: 100%; border-collapse: collapse; }
        th, td { border: 0.2mm solid #888; padding: 1mm 2mm; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
        th { width: 32mm; background: #f2f2f2; font-weight: normal; }
        th small { display: block; }
        .log th { width: auto; }
        tr { break-inside: avoid; }
        ul, ol { margin: 1mm 0; padding-left: 7mm; }
        code { font-family: "DejaVu Sans Mono", "Noto Sans Mono", monospace; font-size: 8.5pt; overflow-wrap: anywhere; }
        .sign { display: flex; gap: 6mm; margin-top: 12mm; break-inside: avoid; }
        .sign p { flex: 1; }
        .sign span { color: #444; font-size: 8.5pt; }
        .sign i { display: block; border-bottom: 0.2mm solid #000; height: 12mm; }
        @media print { body { padding: 0; max-width: none; } }
        """
}
