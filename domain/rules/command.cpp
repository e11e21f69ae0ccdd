#include "domain/rules/command.hpp"

namespace tidemark::domain {

Translation quarantined(Reason reason_code, std::string text) {
  return {.skipped = {{events::Outcome::quarantined, reason_code, std::move(text)}}};
}

Translation skipped(std::string kind, Reason reason_code, std::string text) {
  return {.kind = std::move(kind),
          .skipped = {{events::Outcome::skipped, reason_code, std::move(text)}}};
}

} // namespace tidemark::domain
