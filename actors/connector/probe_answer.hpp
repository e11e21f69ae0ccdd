#pragma once
#include "connectors/connector.hpp"
#include "domain/delivery/connection_evidence.hpp"

#include <cstdint>
#include <string_view>

namespace tidemark::actors {

/// Of an answer to a question that costs nothing, not more than this is read.
inline constexpr std::size_t probe_answer_bytes_max = 64U * 1024;

/// As the answer times name it.
inline constexpr std::string_view probe_operation = "probe";

/// What the answer to such a question shows.
struct ProbeAnswer {
  std::uint32_t status = 0;
  domain::DeliveryResult said{domain::DeliveryVerdict::retry, Reason::none};
  bool judged = false; ///< it tells whether the key is taken

  bool unauthorized() const {
    return said.verdict == domain::DeliveryVerdict::unauthorized
           && said.reason_code == Reason::unauthorized;
  }
  /// Any answer below 500 will do where it tells nothing of the key.
  bool succeeded() const {
    return judged ? said.verdict == domain::DeliveryVerdict::accepted : status != 0 && status < 500;
  }
  /// No answer came, or an error of the system's own. Without a judgement a 5xx shows the way too.
  bool fails() const { return status == 0 || (judged && status >= 500); }
  /// `renewing`: the refused secret is read or made anew first.
  domain::ConnectionSign sign(bool renewing) const {
    return {.http_status = status,
            .reason_code = said.reason_code,
            .understood = judged && said.verdict == domain::DeliveryVerdict::accepted,
            .renewing = renewing,
            .probe = true};
  }
};

ProbeAnswer read_probe(const connectors::Connector& connector,
                       const connectors::HttpAnswer& answer);

} // namespace tidemark::actors
