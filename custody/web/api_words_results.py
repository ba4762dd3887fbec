"""What the API says of a project's results, in Chinese."""

RESULTS = {
    "What is recorded of a project's results: their acceptance, and their submission to an authority.":
        "项目成果的登记信息：验收及向主管部门汇交的情况。",
    "Record that the project's results were accepted; from that day on runs the time to submit them.":
        "登记项目成果通过验收；汇交期限自该日起算。",
    "Record that the project's results were submitted to an authority.": "登记项目成果已向主管部门汇交。",
    "Put right what is recorded of acceptance and submission; what is left empty there was none of.":
        "更正验收和汇交的登记信息；留空表示未曾验收或汇交。",
}  # fmt: skip
