#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tidemark {

/// E.164 (`+12025550142`) of a number in any usual form, or nothing when it cannot be one.
/// `region` (ISO 3166, "US") reads national forms; "" accepts international forms only. `00` before
/// a country code, `sip:NUMBER@host` and `tel:NUMBER` are read in every region.
/// A number that already is plain E.164 costs no parsing. Idempotent.
std::optional<std::string> to_e164(std::string_view text, std::string_view region);

/// Can anybody be reached by this E.164 number? Not when all its digits are the same, nor when a
/// North American one has not ten digits or its area code begins with 0 or 1 (NANPA): that is how
/// forms are filled without a number, and how numbers are cut off.
bool is_dialable(std::string_view e164);

/// What is wrong with a telephone number that `to_e164` cannot read.
enum class PhoneFault : std::uint8_t {
  none,         ///< nothing stands there
  not_a_number, ///< other words, or one digit all along
  too_short,
  too_long,
  impossible_area, ///< no country or area has this code
};
/// Of what `to_e164` gave nothing for. The region is not asked: what it could have read is not
/// here.
PhoneFault phone_fault(std::string_view text);

/// Is it a region (ISO 3166, two capital letters) whose numbers can be read?
bool is_region(const std::string& text);

/// `+`, 2 to 15 digits, the first not 0 (requirement A1.6).
bool is_e164(std::string_view text);

} // namespace tidemark
