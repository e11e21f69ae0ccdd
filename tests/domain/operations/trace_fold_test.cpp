#include "domain/operations/trace_fold.hpp"

#include <gtest/gtest.h>

namespace tidemark::domain::trace_fold_test {
namespace {

using namespace std::chrono_literals;

const std::string trace_id = "4bf92f3577b34da6a3ce929d0e0e4736";
const std::string traceparent = "00-" + trace_id + "-00f067aa0ba902b7-01";

/// A log of which a fold sees each event, at the second that is its position.
class Traces : public testing::Test {
protected:
  Position put(const events::Event& event, Position root = {}) {
    events::Envelope envelope;
    envelope.position = Position{log.size() + 1};
    envelope.recorded_at = Timestamp{std::chrono::seconds(envelope.position.value)};
    envelope.tenant = TenantId("acme");
    envelope.stream = StreamName("delivery/crm/c1");
    envelope.type = events::type_of(event);
    envelope.cause = root;
    envelope.correlation = root;
    log.push_back({envelope, event});
    take(fold, log.back());
    return envelope.position;
  }
  void take(TraceFold& into, const events::Recorded& recorded) const {
    const auto& envelope = recorded.envelope;
    const auto look = [this](Position at) -> std::optional<events::Recorded> {
      if (at.value == 0 || at.value > log.size())
        return std::nullopt;
      return log[at.value - 1];
    };
    if (TraceFold::wants_event(envelope.type))
      into.take(recorded, look);
    else if (TraceFold::wants_header(envelope.type))
      into.take(events::RecordHeader{envelope.position, envelope.recorded_at, envelope.cause, 0,
                                     events::Decider::contact, envelope.type, envelope.tenant.value,
                                     envelope.stream.value},
                look);
  }
  Position receive(const std::string& parent = traceparent) {
    events::WebhookReceived e;
    e.connector = ConnectorName("ghl");
    if (!parent.empty())
      e.trace = events::TraceContext{parent};
    return put(e);
  }
  Position interpret(Position webhook, std::size_t commands) {
    events::WebhookInterpreted e;
    e.webhook = webhook;
    e.commands.resize(commands);
    if (commands == 0)
      e.skipped.push_back({events::Outcome::parked, Reason::waiting_for_contact, {}});
    return put(e, webhook);
  }
  Position dispatch(Position webhook, std::uint32_t attempt = 1) {
    events::DeliveryDispatched e;
    e.delivery = DeliveryId("d1");
    e.attempt = attempt;
    e.step_name = "create";
    return put(e, webhook);
  }
  static events::AnswerFacts facts(std::uint32_t attempt, std::uint32_t status) {
    events::AnswerFacts out;
    out.delivery = DeliveryId("d1");
    out.attempt = attempt;
    out.answer.http_status = status;
    return out;
  }
  void fail(Position webhook) {
    events::DeliveryRetryScheduled e;
    e.facts = facts(1, 503);
    e.facts.reason_code = Reason::vendor_failed;
    put(e, webhook);
  }
  void accept(Position webhook, std::uint32_t attempt) {
    events::DeliveryAccepted e;
    e.facts = facts(attempt, 201);
    put(e, webhook);
  }

  std::vector<events::Recorded> log;
  TraceFold fold;
};

TEST_F(Traces, GoFromTheReceiptToTheDecisionToEachAttempt) {
  const auto webhook = receive();
  interpret(webhook, 2);
  put(events::ContactObserved{}, webhook);
  EXPECT_EQ(fold.take_spans().size(), 1U) << "one of two commands is decided";
  put(events::ContactObserved{}, webhook);
  dispatch(webhook);
  fail(webhook);
  dispatch(webhook, 2);
  accept(webhook, 2);
  const auto spans = fold.take_spans();
  ASSERT_EQ(spans.size(), 3U);
  const auto& [decided, failed, accepted] = std::tie(spans[0], spans[1], spans[2]);
  for (const auto& span : spans) {
    EXPECT_EQ(span.trace, trace_id);
    EXPECT_EQ(span.id.size(), 16U);
    EXPECT_EQ(span.tenant.value, "acme");
  }
  EXPECT_EQ(decided.name, "webhook decided");
  EXPECT_EQ(decided.connector.value, "ghl");
  EXPECT_EQ(decided.begin, Timestamp{1s});
  EXPECT_EQ(decided.end, Timestamp{4s});
  EXPECT_EQ(decided.position, Position{4});
  EXPECT_EQ(failed.name, "deliver create");
  EXPECT_EQ(failed.connector.value, "crm");
  EXPECT_EQ(failed.parent, decided.id);
  EXPECT_EQ(failed.id, request_span_id(DeliveryId("d1"), 1, 0));
  EXPECT_EQ(failed.outcome, "retrying");
  EXPECT_EQ(failed.reason, Reason::vendor_failed);
  EXPECT_TRUE(failed.failed);
  EXPECT_EQ(failed.begin, Timestamp{5s});
  EXPECT_EQ(failed.end, Timestamp{6s});
  EXPECT_EQ(accepted.parent, decided.id);
  EXPECT_NE(accepted.id, failed.id);
  EXPECT_EQ(accepted.request->attempt, 2U);
  EXPECT_EQ(accepted.request->http_status, 201U);
  EXPECT_FALSE(accepted.failed);
}

TEST_F(Traces, TheReceiptIsUnderTheParentThatTheSenderNames) {
  receive();
  const auto spans = fold.take_spans();
  ASSERT_EQ(spans.size(), 1U);
  EXPECT_EQ(spans[0].parent, "00f067aa0ba902b7");
  EXPECT_EQ(spans[0].kind, Span::Kind::server);
  EXPECT_EQ(spans[0].outcome, "stored");
}

TEST_F(Traces, AWebhookWithoutOneBeginsItsOwn) {
  receive("");
  receive("");
  const auto spans = fold.take_spans();
  ASSERT_EQ(spans.size(), 2U);
  EXPECT_EQ(spans[0].trace.size(), 32U);
  EXPECT_EQ(spans[0].parent, "");
  EXPECT_NE(spans[0].trace, spans[1].trace);
}

TEST_F(Traces, WhatTheSenderDoesNotRecordHasNoSpans) {
  const auto webhook = receive("00-" + trace_id + "-00f067aa0ba902b7-00");
  interpret(webhook, 0);
  dispatch(webhook);
  accept(webhook, 1);
  EXPECT_TRUE(fold.take_spans().empty());
}

TEST_F(Traces, WhatLeadsToNoCommandSaysWhy) {
  interpret(receive(), 0);
  const auto spans = fold.take_spans();
  ASSERT_EQ(spans.size(), 2U);
  EXPECT_EQ(spans[1].outcome, "parked");
  EXPECT_EQ(spans[1].reason, Reason::waiting_for_contact);
  EXPECT_EQ(spans[1].parent, spans[0].id);
}

TEST_F(Traces, OfAWebhookOfBeforeTheStartAreUnderTheSameIds) {
  const auto webhook = receive();
  interpret(webhook, 0);
  const auto before = fold.take_spans();
  fold = {};
  dispatch(webhook);
  accept(webhook, 1);
  const auto spans = fold.take_spans();
  ASSERT_EQ(spans.size(), 1U);
  EXPECT_EQ(spans[0].trace, trace_id);
  EXPECT_EQ(spans[0].parent, before[1].id);
}

TEST_F(Traces, WhatWasNeverSentIsNoAttempt) {
  const auto webhook = receive();
  fold.take_spans();
  events::DeliveryDied purged;
  purged.facts = facts(1, 0);
  purged.facts.reason_code = Reason::purged;
  put(purged, webhook);
  dispatch(Position{});
  accept(Position{}, 1);
  EXPECT_TRUE(fold.take_spans().empty()) << "nor is what no webhook led to";
}

} // namespace
} // namespace tidemark::domain::trace_fold_test
