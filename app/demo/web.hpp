#pragma once
#include "actors/http/http_client.hpp"

#include <nlohmann/json.hpp>

#include <optional>

namespace tidemark::demo {

using Json = nlohmann::json;
using Headers = std::vector<std::pair<std::string, std::string>>;

struct WebAnswer {
  std::uint32_t status = 0;
  Json body; ///< null when it is not JSON
};

/// One request after the other, to the own machine. The client is the engine's own.
class Web {
public:
  Web() : client_(actors::make_curl_client({})) {}

  /// Any answer, also a refusal. Errors: no_answer.
  Result<WebAnswer> ask(const std::string& method, const std::string& url, const Headers& headers,
                        const std::optional<Json>& body = std::nullopt);
  /// The body of a 2xx answer. Errors: no_answer, refused.
  Result<Json> need(const std::string& method, const std::string& url, const Headers& headers,
                    const std::optional<Json>& body = std::nullopt);

private:
  std::unique_ptr<actors::HttpClient> client_;
};

/// A value as a part of a query: everything but letters, digits and `-._~` is escaped (RFC 3986).
std::string escaped(std::string_view text);

/// The member as text, numbers in digits; "" when it is neither.
std::string text_at(const Json& object, std::string_view member);
/// The member as a number; 0 when it is none.
std::uint64_t number_at(const Json& object, std::string_view member);
/// The member; null when the object has none or is none.
const Json& at(const Json& object, std::string_view member);

} // namespace tidemark::demo
