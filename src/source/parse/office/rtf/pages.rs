//! The code pages of RTF: by their number, or by the character set of a font.
//!
//! A font says which script it is for (`\fcharset161` Greek), the document which
//! code page its bytes are of (`\ansicpg1252`). Those of DOS are read as the
//! Windows page of the same script, the letters without accent being the same;
//! `encoding_rs` has what the web has.
//!
//! Example: `\fcharset204` is Windows-1251.

use encoding_rs::{
    BIG5, EUC_KR, Encoding, GBK, IBM866, MACINTOSH, SHIFT_JIS, UTF_8, WINDOWS_874, WINDOWS_1250,
    WINDOWS_1251, WINDOWS_1252, WINDOWS_1253, WINDOWS_1254, WINDOWS_1255, WINDOWS_1256,
    WINDOWS_1257, WINDOWS_1258, X_MAC_CYRILLIC,
};

/// The encoding with this number.
pub(super) fn code_page(number: i64) -> Option<&'static Encoding> {
    Some(match number {
        874 => WINDOWS_874,
        932 => SHIFT_JIS,
        936 => GBK,
        949 | 1361 => EUC_KR,
        950 => BIG5,
        852 | 1250 => WINDOWS_1250,
        866 => IBM866,
        855 | 1251 => WINDOWS_1251,
        437 | 850 | 819 | 858 | 860 | 863 | 865 | 1252 => WINDOWS_1252,
        737 | 869 | 1253 => WINDOWS_1253,
        857 | 1254 => WINDOWS_1254,
        862 | 1255 => WINDOWS_1255,
        708 | 720 | 864 | 1256 => WINDOWS_1256,
        775 | 1257 => WINDOWS_1257,
        1258 => WINDOWS_1258,
        10000 => MACINTOSH,
        10007 => X_MAC_CYRILLIC,
        65001 => UTF_8,
        _ => return None,
    })
}

/// The encoding of a font with this character set; `None` for that of the
/// document.
pub(super) fn of_charset(number: i64) -> Option<&'static Encoding> {
    Some(match number {
        0 => WINDOWS_1252,
        77 => MACINTOSH,
        128 => SHIFT_JIS,
        129 | 130 => EUC_KR,
        134 => GBK,
        136 => BIG5,
        161 => WINDOWS_1253,
        162 => WINDOWS_1254,
        163 => WINDOWS_1258,
        177 => WINDOWS_1255,
        178..=180 => WINDOWS_1256,
        186 => WINDOWS_1257,
        204 => WINDOWS_1251,
        222 => WINDOWS_874,
        238 => WINDOWS_1250,
        _ => return None,
    })
}
