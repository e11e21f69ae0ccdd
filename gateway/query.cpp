#include "gateway/query.hpp"

namespace tidemark::gateway {

Answer Query::answer(const ApiRequest& request) const {
  static_cast<void>(options_);
  static_cast<void>(caller_);
  return problem_answer({404, "not_found", "there is nothing at this path"}, request.request_id,
                        ports_.clock.now());
}

} // namespace tidemark::gateway
