"""What the API says of overrides and the signatures on them, in Chinese; :mod:`custody.web.api_words` has the
rest."""

SIGNING: dict[str, str] = {
    "With which key a person signed what, and the entry in which the signature stands.":
        "由本人以何密钥签署了何内容，以及签名所在的账本记录。",
    "What one person said of an override, and how it is bound to them; ``signature`` is null unless they "
    "signed it.":
        "一名人员对特批的表决及其确认方式；未经签署的，``signature``为空。",
    "Take the evidence file of your own last vote on this override, to keep.":
        "下载本人对该特批最近一次表决的证据文件，自行保存。",
    "Agree to an override, or refuse it, which ends it; not by who is concerned. A program signs nothing: "
    "where the house counts signed approvals only, it can refuse alone.":
        "同意或否决特批，否决即告终结；利害关系人不得办理。程序不能签署：仅认可经签名的批准时，只能否决。",
}  # fmt: skip
