#include "domain/delivery/delivery_verdict.hpp"

#include <algorithm>
#include <array>

namespace tidemark::domain {

bool is_about_content(std::string_view reason_code) {
  static constexpr std::array<std::string_view, 6> codes{
      "bad_request", "validation_failed",         "request_too_large",
      "conflict",    "duplicate_of_other_record", "address_belongs_to_other_person",
  };
  return std::find(codes.begin(), codes.end(), reason_code) != codes.end();
}

} // namespace tidemark::domain
