#pragma once
#include "domain/delivery/connector_report.hpp"

#include <string>
#include <string_view>
#include <vector>

/// What the office is told of a system: never more than the evidence shows.
namespace tidemark::gateway {

enum class SystemWord { working, slow, not_reachable, key_refused, paused, not_known };

struct SystemView {
  SystemWord word = SystemWord::not_known;
  std::string because;                                   ///< one sentence: why this word
  std::string wait;                                      ///< is it worth waiting, and until when
  std::optional<Timestamp> answered, taken, key_checked; ///< the last proof of each kind
};

/// Changes that have waited so long make a system slow.
inline constexpr std::chrono::minutes slow_after{5};

SystemView view_of(const domain::ConnectorReport& report, Timestamp now);

std::string_view word_text(SystemWord word);  ///< Working, Slow ...
std::string_view word_class(SystemWord word); ///< of the style sheet: shape and colour

/// The first sentence of the page. `accepting`: webhooks are taken.
std::string headline(const std::vector<SystemView>& systems, bool accepting);

} // namespace tidemark::gateway
