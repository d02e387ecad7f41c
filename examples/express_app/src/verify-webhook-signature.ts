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

export { verifyWebhookSignature }
