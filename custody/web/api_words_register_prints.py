"""What the API says of printed registers, in Chinese; :mod:`custody.web.api_words` has the rest."""

REGISTER_PRINTS: dict[str, str] = {
    "A printed register: its question, the size of the ledger it was told from, the SHA-256 of the file. "
    "`address` stands in its QR code.":
        "打印的登记簿：打印条件、所依账本规模及文件SHA-256。`address` 即二维码所载地址。",
    "Registers in statutory form, printed and numbered; the stamped paper is an evidence file.":
        "按法定格式打印并编号的登记簿；盖章件作为佐证文件上传。",
    "Print a register. Without a project or without a party it has the lines of all of them.":
        "打印登记簿。未指定项目或单位时，包括全部项目或全部单位的记录。",
    "Take the very file that was printed. 422 where it cannot be had as it was.":
        "取回原打印文件。无法按原样提供时返回422。",
}  # fmt: skip
