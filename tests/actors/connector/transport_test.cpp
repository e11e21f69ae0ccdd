#include "actors/connector/transport.hpp"
#include "tests/actors/ports/still_actors.hpp"

#include <gtest/gtest.h>

namespace tidemark::actors::transport_test {
namespace {

/// Answers when told.
class PatientHttp final : public HttpClient {
public:
  void send(HttpCall, std::function<void(HttpResult)> done) override {
    out.push_back(std::move(done));
  }
  std::vector<std::function<void(HttpResult)>> out;
};

class Transport : public testing::Test {
protected:
  ~Transport() override { actors.end(transport); }
  Inheritance left() {
    Inheritance out;
    caf::scoped_actor self(actors.system());
    auto asked = self->request(transport, caf::infinite, InheritRequest{});
    actors.run();
    asked.receive([&](const Inheritance& found) { out = found; }, [](const caf::error&) {});
    return out;
  }

  PatientHttp http;
  tests::StillActors actors;
  TransportActor transport = actors.system().spawn(transport_actor, &http);
};

TEST_F(Transport, TheAnswerComesToWhoeverAsked) {
  caf::scoped_actor self(actors.system());
  auto asked = self->request(transport, caf::infinite, SendRequest{});
  actors.run();
  ASSERT_EQ(http.out.size(), 1U);
  HttpResult answer;
  answer.answer.status = 204;
  http.out[0](answer);
  actors.run();
  std::uint32_t status = 0;
  asked.receive([&](const HttpResult& result) { status = result.answer.status; },
                [](const caf::error&) {});
  EXPECT_EQ(status, 204U);
}

TEST_F(Transport, KnowsTheRequestsOfOneThatEnded) {
  {
    caf::scoped_actor fallen(actors.system());
    fallen->send(transport, SendRequest{});
    fallen->send(transport, SendRequest{});
    actors.run();
  }
  EXPECT_EQ(left().requests_out, 2U);
  http.out[1]({});
  actors.run();
  EXPECT_EQ(left().requests_out, 1U);
  http.out[0]({});
  actors.run();
  EXPECT_EQ(left().requests_out, 0U);
}

TEST_F(Transport, KeepsABudgetForTheNext) {
  EXPECT_FALSE(left().budget);
  domain::RateBudget budget;
  budget.take();
  actors.tell(transport, KeepBudget{budget});
  ASSERT_TRUE(left().budget);
  EXPECT_EQ(left().budget->taken(), 1U);
}

} // namespace
} // namespace tidemark::actors::transport_test
