// The document's receiver of webhooks, with what it takes for granted: an application, and where it listens.
import express from 'express'

const app = express()

// begin of the document's
import crypto from 'crypto';
function verifyWebhookSignature( payload: string | Buffer, signature: string, secret: string, timestamp: string ): boolean {
  // Protect against replay attacks (reject if older than 5 minutes)
  const timestampAge = Math.floor(Date.now() / 1000) - parseInt(timestamp, 10);
  if (timestampAge > 300) {
    return false;
  }
  // Compute expected signature
  const signedPayload = `${timestamp}.${payload}`;
  const expectedSignature = 'sha256=' + crypto
    .createHmac('sha256', secret)
    .update(signedPayload)
    .digest('hex');
  // Constant-time comparison to prevent timing attacks
  return crypto.timingSafeEqual( Buffer.from(expectedSignature), Buffer.from(signature) );
}
// Express middleware example
app.post('/webhooks/workflows', express.raw({ type: 'application/json' }), (req, res) => {
  const signature = req.headers['x-interactor-signature'] as string;
  const timestamp = req.headers['x-interactor-timestamp'] as string;
  if (!verifyWebhookSignature(req.body, signature, process.env.WEBHOOK_SECRET!, timestamp)) {
    return res.status(401).json({ error: 'Invalid signature' });
  }
  const event = JSON.parse(req.body.toString());
  // Process event...
  res.status(200).json({ received: true });
});
// end of the document's

const listening = app.listen(0, '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${(listening.address() as any).port}/webhooks/workflows`)
})
